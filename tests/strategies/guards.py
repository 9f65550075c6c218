"""Every knob of every shipped strategy: what it is specified as, and the test that guards it.

A row is (field, default, another value, name of a test). With the other value for a default the
test has to fail: so a test that would pass without its guard is found, and a knob without one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Row(NamedTuple):
    """One knob."""

    field: str
    default: object
    other: object
    test: str


_HMM_LENGTHS = "test_it_reads_bars_of_one_minute_with_averages_of_9_and_21_and_a_window_of_120"
_HMM_WEIGHTS = "test_each_vote_has_half_the_weight_and_the_sum_has_to_reach_0_6"
_HMM_ENTRY = "test_both_votes_up_is_a_buy_of_10_usd_with_target_20_bp_and_stop_30_bp"
_HMM_NAMES = "test_it_wants_a_model_and_a_calibration_named_after_its_symbol"
_HMM_CANARY = "test_a_candidate_is_watched_for_one_day_at_least_and_five_at_most"
GUARDS: dict[str, tuple[Row, ...]] = {
    "detector_driven": (
        Row("confidence_min", 0.5, 0.25, "test_a_signal_wants_the_least_confidence"),
        Row("ttl_s", 30.0, 60.0, "test_a_signal_older_than_the_default_time_to_live_is_left"),
        Row("sources", (), ("nobody",), "test_all_and_only_the_surest_signals_may_be_wanted"),
        Row("stop_fraction", 0.02, 0.04, "test_the_stop_price_of_a_stop_order_is_its_trigger"),
        Row(
            "target_fraction",
            None,
            0.5,
            "test_the_signals_own_stop_and_target_go_before_the_default_ones",
        ),
    ),
    "combined": (
        Row("analysis", (), ("nobody",), "test_require_confirmation_either_side_may_be_first"),
        Row(
            "internal_weight",
            0.5,
            0.75,
            "test_require_confirmation_agreement_is_enough_however_unsure",
        ),
        Row(
            "require_confirmation",
            True,
            False,
            "test_require_confirmation_a_signal_waits_for_own_analysis",
        ),
        Row("confirm_s", 300.0, 900.0, "test_confirm_s_own_analysis_has_five_minutes_to_agree"),
        Row(
            "confidence_min",
            0.5,
            1.0,
            "test_confidence_min_without_confirmation_the_score_must_pass_half",
        ),
        Row("sources", (), ("nobody",), "test_require_confirmation_either_side_may_be_first"),
        Row(
            "stop_fraction",
            0.02,
            0.04,
            "test_require_confirmation_the_signal_is_traded_when_own_analysis_agrees",
        ),
        Row(
            "target_fraction",
            None,
            0.5,
            "test_require_confirmation_the_signal_is_traded_when_own_analysis_agrees",
        ),
    ),
    "trend_follow": (
        Row("timeframe", "4h", "2h", "test_it_enters_long_when_three_timeframes_and_the_rsi_agree"),
        Row("fast_bars", 50, 100, "test_every_length_is_a_knob"),
        Row("slow_bars", 200, 400, "test_it_says_how_much_history_it_waits_for"),
        Row("confirm_timeframe", "1h", "2h", "test_every_length_is_read_on_its_own_timeframe"),
        Row("confirm_fast_bars", 100, 200, "test_every_length_is_a_knob"),
        Row("confirm_slow_bars", 400, 800, "test_it_says_how_much_history_it_waits_for"),
        Row("regime_timeframe", "1d", "2h", "test_a_regime_that_is_required_is_waited_for"),
        Row("regime_fast_bars", 50, 100, "test_every_length_is_a_knob"),
        Row("regime_slow_bars", 200, 400, "test_a_regime_that_is_required_is_waited_for"),
        Row("regime", "required", "when_warm", "test_a_regime_that_is_required_is_waited_for"),
        Row("rsi_bars", 14, 28, "test_each_missing_history_is_named_until_it_is_there"),
        Row("rsi_low", 52.0, 26.0, "test_a_long_wants_the_rsi_within_52_and_72"),
        Row("rsi_high", 72.0, 93.6, "test_a_long_wants_the_rsi_within_52_and_72"),
        Row("atr_bars", 14, 28, "test_each_missing_history_is_named_until_it_is_there"),
        Row("stop_bars", 3, 6, "test_each_missing_history_is_named_until_it_is_there"),
        Row("stop_atr", 1.2, 2.4, "test_the_stop_follows_the_low_of_three_bars_upwards"),
        Row("target_atr", 2.0, 1.0, "test_it_enters_long_when_three_timeframes_and_the_rsi_agree"),
        Row("cooldown_bars", 3, 6, "test_three_bars_of_cooldown_follow_an_exit"),
        Row("shorts", False, True, "test_shorts_are_off_by_default"),
        Row(
            "equity_fraction",
            Decimal("0.015"),
            Decimal("0.030"),
            "test_it_enters_long_when_three_timeframes_and_the_rsi_agree",
        ),
        Row(
            "notional_min_quote",
            Decimal(75),
            Decimal(150),
            "test_it_enters_long_when_three_timeframes_and_the_rsi_agree",
        ),
        Row("tuning", "off", "act", "test_the_tuner_is_off_by_default"),
    ),
    "hmm_ensemble": (
        Row("timeframe", "1m", "5m", _HMM_LENGTHS),
        Row("fast_bars", 9, 5, _HMM_LENGTHS),
        Row("slow_bars", 21, 34, _HMM_LENGTHS),
        Row("window_bars", 120, 240, _HMM_LENGTHS),
        Row("short_bars", 15, 10, _HMM_LENGTHS),
        Row("average_weight", 0.5, 0.4, _HMM_WEIGHTS),
        Row("regime_weight", 0.5, 0.6, _HMM_WEIGHTS),
        Row("min_confidence", 0.6, 0.5, "test_an_average_alone_is_not_enough"),
        Row("cooldown_s", 30.0, 29.0, "test_30_seconds_of_cooldown_follow_the_close_of_a_position"),
        Row("evaluate_s", 60.0, 120.0, "test_by_default_every_bar_of_a_minute_is_evaluated"),
        Row("notional_quote", Decimal(10), Decimal(20), _HMM_ENTRY),
        Row("target_fraction", 0.002, 0.004, _HMM_ENTRY),
        Row("stop_fraction", 0.003, 0.006, _HMM_ENTRY),
        Row("shorts", False, True, "test_bearish_is_a_short_only_where_shorts_are_on"),
        Row("models", "data/models", "elsewhere", _HMM_NAMES),
        Row("model", "", "other", _HMM_NAMES),
        Row("calibrations", "data/calibration", "elsewhere", _HMM_NAMES),
        Row("canary_bars", 1440, 720, _HMM_CANARY),
        Row("canary_bars_max", 7200, 2000, _HMM_CANARY),
        Row(
            "canary_sigmas",
            2.0,
            1.0,
            "test_a_candidate_has_to_be_two_sigmas_better_after_costs_of_20_bp",
        ),
        Row(
            "cost_fraction",
            0.002,
            0.0,
            "test_a_candidate_has_to_be_two_sigmas_better_after_costs_of_20_bp",
        ),
        Row(
            "drift_sigmas",
            4.0,
            8.0,
            "test_a_block_of_four_sways_below_what_training_saw_is_drift",
        ),
    ),
    "scalp": (
        Row("window_s", 30.0, 60.0, "test_window_s_eight_trades_have_to_be_of_the_last_30_seconds"),
        Row("ticks_min", 8, 7, "test_ticks_min_seven_trades_are_too_few"),
        Row(
            "range_fraction_min",
            0.0006,
            0.0003,
            "test_range_fraction_min_it_wants_six_basis_points",
        ),
        Row(
            "position_low",
            0.22,
            0.44,
            "test_position_low_it_buys_in_the_lowest_22_percent_of_the_range",
        ),
        Row(
            "position_high",
            0.78,
            0.39,
            "test_position_high_it_sells_in_the_highest_22_percent_of_the_range",
        ),
        Row("rsi_ticks", 2, 3, "test_rsi_ticks_it_is_of_two"),
        Row("rsi_low", 20.0, 40.0, "test_rsi_low_two_ticks_have_to_be_down_for_a_buy"),
        Row("rsi_high", 80.0, 40.0, "test_rsi_high_two_ticks_have_to_be_up_for_a_sale"),
        Row("imbalance_min", 0.18, 0.17, "test_imbalance_min_the_book_has_to_lean_0_18_our_way"),
        Row(
            "spread_fraction_max",
            0.0006,
            0.0012,
            "test_spread_fraction_max_a_spread_of_six_basis_points_is_the_most",
        ),
        Row(
            "depth_min_quote",
            20000.0,
            10000.0,
            "test_depth_min_quote_20_000_have_to_rest_at_the_best_prices",
        ),
        Row(
            "book_age_max_s",
            5.0,
            10.0,
            "test_book_age_max_s_a_book_older_than_five_seconds_is_none",
        ),
        Row(
            "signals_per_minute", 6, 12, "test_signals_per_minute_six_are_asked_for_and_no_seventh"
        ),
        Row(
            "cooldown_s",
            15.0,
            30.0,
            "test_cooldown_s_fifteen_seconds_follow_the_close_of_a_position",
        ),
        Row(
            "ttl_s", 30.0, 60.0, "test_ttl_s_an_entry_that_is_not_filled_in_30_seconds_is_taken_out"
        ),
        Row(
            "stop_fraction",
            0.0012,
            0.0024,
            "test_the_entry_is_50_at_market_with_a_stop_at_12_bp_and_a_target_at_18_bp",
        ),
        Row(
            "target_fraction",
            0.0018,
            0.0036,
            "test_the_entry_is_50_at_market_with_a_stop_at_12_bp_and_a_target_at_18_bp",
        ),
        Row(
            "fee_fraction",
            0.001,
            0.002,
            "test_fee_fraction_at_a_tenth_of_a_percent_nothing_is_left",
        ),
        Row("slippage_fraction", 0.0001, 0.0003, "test_slippage_is_learned_from_nothing_else"),
        Row("slippage_fills", 20, 21, "test_slippage_fills_slippage_is_learned_from_own_fills"),
        Row(
            "notional_quote",
            Decimal(50),
            Decimal(100),
            "test_the_entry_is_50_at_market_with_a_stop_at_12_bp_and_a_target_at_18_bp",
        ),
        Row("shorts", False, True, "test_shorts_are_off_by_default"),
    ),
    "momentum": (
        Row(
            "source",
            "bars",
            "trades",
            "test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target",
        ),
        Row(
            "rise_fraction", 0.018, 0.0144, "test_a_bar_wants_a_rise_of_1_8_percent_above_its_open"
        ),
        Row("window_s", 45.0, 60.0, "test_on_ticks_the_rise_has_to_happen_within_45_seconds"),
        Row("baseline_s", 360.0, 180.0, "test_on_ticks_the_baseline_has_to_be_whole"),
        Row("baseline_bars", 6, 3, "test_before_six_bars_it_says_that_it_waits"),
        Row("volume_factor", 2.0, 1.0, "test_the_volume_has_to_be_twice_the_baselines_mean"),
        Row(
            "stop_fraction",
            0.008,
            0.016,
            "test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target",
        ),
        Row(
            "trail_fraction",
            0.012,
            0.024,
            "test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target",
        ),
        Row(
            "target_fraction",
            0.035,
            0.07,
            "test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target",
        ),
        Row(
            "cooldown_s",
            180.0,
            360.0,
            "test_180_seconds_of_cooldown_follow_the_close_of_a_position",
        ),
        Row(
            "notional_quote",
            Decimal(75),
            Decimal(150),
            "test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target",
        ),
    ),
    "meme_sentiment": (
        Row("priority_min", 0.82, 0.7, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("score_min", 2.2, 1.1, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("mentions_min", 18, 9, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("velocity_min", 1.0, 0.5, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("sentiment_min", 0.0, -1.0, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("run_fraction_max", 0.55, 1.1, "test_what_has_run_already_is_left"),
        Row("run_bars", 360, 720, "test_without_the_low_nothing_is_bought"),
        Row("spread_fraction_max", 0.035, 0.07, "test_a_wide_spread_is_not_paid"),
        Row("quote_age_max_s", 30.0, 60.0, "test_an_old_quote_is_no_quote"),
        Row(
            "deny_words",
            (
                "scam",
                "rug",
                "hack",
                "exploit",
                "delist",
                "lawsuit",
                "airdrop",
                "giveaway",
                "presale",
            ),
            (),
            "test_each_guard_on_the_event_holds_and_says_so",
        ),
        Row("ttl_s", 900.0, 1800.0, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("cooldown_s", 1200.0, 2400.0, "test_the_cooldown_lasts_twenty_minutes_from_the_entry"),
        Row(
            "risk_fraction",
            Decimal("0.0075"),
            Decimal("0.01"),
            "test_an_event_at_every_limit_is_bought_with_its_whole_bracket",
        ),
        Row(
            "stop_fraction",
            0.1,
            0.2,
            "test_an_event_at_every_limit_is_bought_with_its_whole_bracket",
        ),
        Row(
            "target_fraction",
            0.25,
            0.5,
            "test_an_event_at_every_limit_is_bought_with_its_whole_bracket",
        ),
        Row(
            "trail_fraction",
            0.12,
            0.24,
            "test_an_event_at_every_limit_is_bought_with_its_whole_bracket",
        ),
    ),
    "airdrop_promo": (
        Row("priority_min", 0.7, 0.5, "test_each_guard_holds_and_says_so"),
        Row("reward_min_quote", 8.0, 4.0, "test_each_guard_holds_and_says_so"),
        Row("spread_fraction_max", 0.04, 0.08, "test_a_wide_spread_and_an_old_quote_are_not_paid"),
        Row("quote_age_max_s", 30.0, 60.0, "test_a_wide_spread_and_an_old_quote_are_not_paid"),
        Row("size_min_quote", 25.0, 5.0, "test_a_small_volume_is_bought_with_25_at_least"),
        Row(
            "size_max_quote",
            300.0,
            600.0,
            "test_a_large_volume_takes_several_rounds_of_at_most_300",
        ),
        Row("participants", 10000.0, 5000.0, "test_each_guard_holds_and_says_so"),
        Row("fee_fraction", 0.001, 0.0, "test_each_guard_holds_and_says_so"),
        Row("slippage_fraction", 0.0005, 0.0, "test_each_guard_holds_and_says_so"),
        Row("volume_max_quote", 5000.0, 10000.0, "test_each_guard_holds_and_says_so"),
        Row("leg_gap_s", 5.0, 10.0, "test_it_waits_where_the_spread_has_become_wide"),
        Row(
            "stop_fraction", 0.05, 0.1, "test_a_promotion_that_pays_is_joined_with_half_its_volume"
        ),
        Row("cooldown_s", 7200.0, 14400.0, "test_one_promotion_at_a_time_and_two_hours_between"),
    ),
    "event_breakout": (
        Row("late_max_s", 1800.0, 3600.0, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("chase_fraction_max", 0.2, 0.4, "test_each_guard_on_the_event_holds_and_says_so"),
        Row("spread_fraction_max", 0.006, 0.012, "test_each_guard_on_the_market_holds_and_says_so"),
        Row("quote_age_max_s", 5.0, 10.0, "test_an_old_quote_is_no_quote"),
        Row(
            "minute_notional_min",
            500000.0,
            250000.0,
            "test_each_guard_on_the_market_holds_and_says_so",
        ),
        Row("fresh_s", 300.0, 150.0, "test_in_the_first_five_minutes_half_the_size_is_taken"),
        Row(
            "risk_fraction",
            Decimal("0.0075"),
            Decimal("0.0150"),
            "test_in_the_first_five_minutes_half_the_size_is_taken",
        ),
        Row("stop_bars", 3, 4, "test_the_stop_is_the_low_of_the_last_three_bars"),
        Row("stop_atr", 1.5, 3.0, "test_below_the_low_the_stop_is_a_distance_in_ranges"),
        Row("atr_bars", 14, 28, "test_a_breakout_is_bought_with_two_targets_and_a_rest"),
        Row(
            "first_target_fraction",
            0.03,
            0.015,
            "test_a_breakout_is_bought_with_two_targets_and_a_rest",
        ),
        Row(
            "second_target_fraction",
            0.06,
            0.12,
            "test_a_breakout_is_bought_with_two_targets_and_a_rest",
        ),
        Row("target_share", 0.33, 0.165, "test_a_breakout_is_bought_with_two_targets_and_a_rest"),
        Row("trail_atr", 1.2, 2.4, "test_the_stop_follows_the_best_price_every_two_seconds"),
        Row("trail_every_s", 2.0, 4.0, "test_the_stop_follows_the_best_price_every_two_seconds"),
        Row("cooldown_s", 900.0, 1800.0, "test_the_cooldown_lasts_fifteen_minutes_from_the_close"),
        Row("skips_max", 3, 2, "test_three_skips_over_more_than_half_an_hour_deny_nothing"),
        Row(
            "skips_window_s",
            1800.0,
            3600.0,
            "test_three_skips_over_more_than_half_an_hour_deny_nothing",
        ),
        Row(
            "denied_s",
            7200.0,
            14400.0,
            "test_three_events_that_came_to_nothing_deny_the_coin_for_two_hours",
        ),
    ),
    "listing_sniper": (
        Row("quote", "USDT", "USDC", "test_without_a_time_the_first_book_is_go_live"),
        Row("wait_s", 12.0, 9.0, "test_a_listing_is_bought_at_market_twelve_seconds_after_go_live"),
        Row("give_up_s", 180.0, 360.0, "test_without_a_book_for_180_seconds_it_is_left"),
        Row(
            "unknown_wait_s",
            86_400.0,
            172_800.0,
            "test_without_a_time_and_without_a_book_it_is_left_after_a_day",
        ),
        Row(
            "chase_fraction_max",
            0.45,
            0.9,
            "test_chase_more_than_45_percent_from_the_price_before_is_left",
        ),
        Row("spread_fraction_max", 0.05, 0.1, "test_a_spread_of_more_than_5_percent_is_left"),
        Row("quote_age_max_s", 5.0, 20.0, "test_an_old_quote_is_not_bought_at"),
        Row(
            "first_listing",
            "half",
            "skip",
            "test_a_first_listing_waits_for_its_first_minute_and_takes_half_the_size",
        ),
        Row(
            "first_window_s",
            60.0,
            30.0,
            "test_a_first_listing_waits_for_its_first_minute_and_takes_half_the_size",
        ),
        Row("old_coin_s", 60.0, 1e5, "test_a_coin_that_trades_before_its_time_is_an_old_coin"),
        Row("price_age_max_s", 3600.0, 1800.0, "test_without_a_time_the_first_book_is_go_live"),
        Row("at_once_max", 3, 6, "test_three_at_a_time_and_no_fourth"),
        Row(
            "risk_fraction",
            Decimal("0.0075"),
            Decimal("0.015"),
            "test_a_listing_is_bought_at_market_twelve_seconds_after_go_live",
        ),
        Row(
            "stop_fraction",
            0.12,
            0.24,
            "test_a_listing_is_bought_at_market_twelve_seconds_after_go_live",
        ),
        Row(
            "size_min_quote",
            Decimal(25),
            Decimal(50),
            "test_a_listing_is_bought_at_market_twelve_seconds_after_go_live",
        ),
        Row(
            "size_max_quote",
            Decimal(250),
            Decimal(500),
            "test_a_listing_is_bought_at_market_twelve_seconds_after_go_live",
        ),
        Row("first_target_fraction", 0.5, 0.25, "test_then_a_stop_rests_and_two_targets_are_kept"),
        Row(
            "second_target_fraction",
            1.0,
            2.0,
            "test_the_targets_really_exit_half_at_fifty_and_the_rest_at_a_hundred_percent",
        ),
        Row(
            "target_share",
            0.5,
            0.25,
            "test_the_targets_really_exit_half_at_fifty_and_the_rest_at_a_hundred_percent",
        ),
        Row(
            "unfilled_s", 60.0, 120.0, "test_an_entry_the_gate_refuses_is_forgotten_after_a_minute"
        ),
    ),
}
