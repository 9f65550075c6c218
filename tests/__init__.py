"""What has to hold. Folders mirror src; the others are named after what they prove."""
