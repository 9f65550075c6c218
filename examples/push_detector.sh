#!/bin/sh
# An example detector in shell: pushes one signed signal to a running bot with openssl and curl.
#
#   export SCANNER_SECRET=...          # the secret that the bot's config names for the key
#   examples/push_detector.sh BTC/USDT buy 100
set -eu
instrument=$1 side=$2 notional=$3
url=${ARGONAUT_URL:-http://127.0.0.1:8800/v1/signals}
key=${SCANNER_KEY:-scanner-1}

now_ms=$(date +%s000)                  # a whole second is exact enough for a window of five
nonce=$(openssl rand -hex 8)
body=$(printf '{"id":"shell-%s","instrument":"%s","side":"%s","notional":"%s"}' \
    "$nonce" "$instrument" "$side" "$notional")

signature=$(printf '%s.%s.%s' "$now_ms" "$nonce" "$body" |
    openssl dgst -sha256 -hmac "$SCANNER_SECRET" | sed 's/^.*= *//')
head="v1=$signature,key=$key,ts=$now_ms,nonce=$nonce"

# Over a broker or a WebSocket the same envelope is one line: "$head $body".
curl --silent --show-error --max-time 5 --header "X-Sig: $head" --data-raw "$body" "$url"
echo
