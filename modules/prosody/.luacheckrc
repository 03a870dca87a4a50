-- What Prosody hands to a module.
std = "lua54"
max_line_length = 120
read_globals = { "prosody" }
globals = { "module" }
