# shellcheck shell=sh disable=SC2154
# Reads settings as Switchboard does; sourced with env_file naming the .env.

# One value of .env, read as Switchboard reads it (DotEnv.java): quotes over several lines, escapes, references.
dotenv() {
  [ -r "$env_file" ] || return 0
  LC_ALL=C awk -v wanted="$1" '
    function trim(s) { gsub(/^[ \t\n]+|[ \t\n]+$/, "", s); return s }

    # Where the quoted text that s begins with ends, or 0.
    function closing(s, quote,    at, c) {
      for (at = 2; at <= length(s); at++) {
        c = substr(s, at, 1)
        if (c == quote) return at
        if (c == "\\" && (quote == "\"" || substr(s, at + 1, 1) == quote)) at++
      }
      return 0
    }

    function unescape(s,    done, at, c) {
      done = ""
      for (at = 1; at <= length(s); at++) {
        c = substr(s, at, 2)
        if (c == "\\n") done = done "\n"
        else if (c == "\\r") done = done "\r"
        else if (c == "\\\"") done = done "\""
        else if (c == "\\\\" && substr(s, at + 2, 1) ~ /[nr"\\]/) done = done "\\"
        else { done = done substr(s, at, 1); continue }
        at++
      }
      return done
    }

    # Keeps a value as it is written, its quotes away.
    function keep(name, written,    quote, inner) {
      quote = substr(written, 1, 1)
      inner = substr(written, 2, length(written) - 2)
      literal[name] = 0
      raw[name] = written
      if (length(written) > 1 && index("\047\"`", quote) && substr(written, length(written)) == quote) {
        literal[name] = quote == "\047"
        raw[name] = quote == "\"" ? unescape(inner) : inner
      }
    }

    # Takes one entry, or one line that is none, from the front of s; answers the rest.
    function entry(s,    name, rest, end, line) {
      line = substr(s, 1, index(s, "\n") - 1)
      rest = substr(s, length(line) + 2)
      if (!match(line, /^[ \t]*(export[ \t]+)?[A-Za-z0-9_.-]+([ \t]*=[ \t]*|:[ \t]+)/)) return rest
      name = substr(line, 1, RLENGTH)
      s = substr(s, RLENGTH + 1)
      sub(/[ \t]*[=:][ \t]*$/, "", name)
      sub(/^[ \t]*(export[ \t]+)?/, "", name)
      if (s ~ /^["\047`]/) {
        end = closing(s, substr(s, 1, 1))
        if (end && substr(s, end + 1) ~ /^[ \t]*(#[^\n]*)?\n/) {
          keep(name, substr(s, 1, end))
          s = substr(s, end + 1)
          return substr(s, index(s, "\n") + 1)
        }
      }
      sub(/[#\n].*/, "", s)
      keep(name, trim(s))
      return rest
    }

    function known(name) { return name in raw || name in ENVIRON }
    function referred(name) { return name in ENVIRON && trim(ENVIRON[name]) != "" ? ENVIRON[name] : value(name) }

    # What a name stands for; nothing for one that is unknown, or refers to itself.
    function value(name,    found) {
      if (!(name in raw) || under_way[name]) return ""
      under_way[name] = 1
      found = literal[name] ? raw[name] : expand(raw[name])
      under_way[name] = 0
      return found
    }

    function braces(inner,    name, found, rest) {
      if (!match(inner, /^[A-Za-z_][A-Za-z0-9_]*/)) return "${" inner "}"
      name = substr(inner, 1, RLENGTH)
      rest = substr(inner, RLENGTH + 1)
      found = referred(name)
      if (rest ~ /^:?\+/) return found == "" ? "" : expand(substr(rest, index(rest, "+") + 1))
      return found != "" || rest !~ /^:?-/ ? found : expand(substr(rest, index(rest, "-") + 1))
    }

    # Where the braces that s is inside of end, or 0.
    function brace(s,    at, open) {
      open = 1
      for (at = 1; at <= length(s); at++) {
        if (substr(s, at, 2) == "${") open++
        else if (substr(s, at, 1) == "}" && --open == 0) return at
      }
      return 0
    }

    function expand(s,    done, end, name) {
      done = ""
      while (s != "") {
        if (substr(s, 1, 2) == "\\$") {
          done = done "$"
          s = substr(s, 3)
        } else if (substr(s, 1, 2) == "${" && (end = brace(substr(s, 3)))) {
          done = done braces(substr(s, 3, end - 1))
          s = substr(s, end + 3)
        } else if (match(s, /^\$[A-Za-z_][A-Za-z0-9_]*/) && known(name = substr(s, 2, RLENGTH - 1))) {
          s = substr(s, length(name) + 2)
          done = done referred(name)
        } else {
          done = done substr(s, 1, 1)
          s = substr(s, 2)
        }
      }
      return done
    }

    { sub(/\r$/, ""); text = text $0 "\n" }
    END {
      sub(/^\357\273\277/, "", text)
      while (text != "") text = entry(text)
      printf "%s", value(wanted)
    }' "$env_file"
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
