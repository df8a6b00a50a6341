# shellcheck shell=bash
# Ports of this host.

# port_taken PORT: something accepts connections on it.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # refused is the good answer

# listens PORT: a program of this host does, whatever the address.
listens() { grep -qsE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F:]+ 0A " /proc/net/tcp /proc/net/tcp6; }

# remembered_port NAME DEFAULT: the port kept in run/NAME.port if still free, else the next free one, kept.
remembered_port() {
  local port=$2
  [ ! -s "$RUN/$1.port" ] || port=$(cat "$RUN/$1.port")
  while port_taken "$port"; do port=$((port + 1)); done
  echo "$port" >"$RUN/$1.port"
  echo "$port"
}

# http_status PORT PATH: of a GET on this host; nothing when nobody answers. (curl is not on every machine.)
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    timeout 5 head -n 1 <&3 | cut -d' ' -f2
  ) 2>/dev/null || true # a refused connection is an answer too
}
