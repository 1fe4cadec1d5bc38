"""The student's process: `process` starts and calls it, `child` runs in it, with `limits`; they speak `protocol`."""
