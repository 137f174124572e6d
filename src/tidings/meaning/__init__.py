"""Hold the optional component that compares texts by what they mean, across languages. Off, it costs nothing: no import, no table row."""
