"""The digest: one mail per subscriber and window, composed once, stored, then sent as stored."""
