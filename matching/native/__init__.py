"""Names in Han, kana or Hangul: against English ones, and among themselves."""
