"""What a server tells about itself: metrics and logs."""
