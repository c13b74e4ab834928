"""One ffmpeg process that reads for a client: its binary, command, packet lines, log lines and exits."""
