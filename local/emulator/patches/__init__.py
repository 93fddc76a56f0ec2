"""One module for each gap of the emulator; each says what is missing and why that matters here."""
