# shellcheck shell=sh disable=SC2154
# Reads settings as Switchboard does; sourced with env_file naming the .env.

# One value of .env, read as Switchboard reads it.
dotenv() {
  [ -r "$env_file" ] || return 0
  awk -v name="$1" '
    function trim(s) { gsub(/^[ \t\r]+|[ \t\r]+$/, "", s); return s }
    {
      line = trim($0)
      sub(/^export[ \t]+/, "", line)
      eq = index(line, "=")
      if (eq < 2 || line ~ /^#/ || trim(substr(line, 1, eq - 1)) != name) next
      v = trim(substr(line, eq + 1))
      quote = substr(v, 1, 1)
      end = quote == "\"" || quote == "\047" ? index(substr(v, 2), quote) : 0
      if (end) v = substr(v, 2, end - 1)
      else if (quote == "#") v = ""
      else if (index(v, " #")) v = trim(substr(v, 1, index(v, " #") - 1))
      if (trim(v) != "") value = v
    }
    END { print value }' "$env_file"
}

# entries LIST: those of a comma-separated list, one a line, without the blanks around them.
entries() { printf '%s\n' "$1" | tr , '\n' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d'; }

# setting NAME DEFAULT: into the variable of that name.
setting() {
  eval "value=\${$1:-}"
  [ -n "$(printf %s "$value" | tr -d '[:space:]')" ] || value=$(dotenv "$1")
  value=$(printf %s "$value" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
  [ -n "$value" ] || value=$2
  eval "$1=\$value"
}
