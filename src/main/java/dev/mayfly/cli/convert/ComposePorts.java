package dev.mayfly.cli.convert;

import dev.mayfly.core.model.Text;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ports in the notations of Compose and of {@code docker run -p}. */
final class ComposePorts {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_RANGE = 64;
    private static final Set<String> ALL_ADDRESSES = Set.of("", "0.0.0.0", "::", "[::]");

    private final Draft draft;

    ComposePorts(Draft draft) {
        this.draft = draft;
    }

    void read(Fields fields) {
        for (var port : fields.list("ports")) {
            if (port instanceof Map) {
                written(Fields.of(fields.at() + ".ports", port));
            } else {
                shortly(Fields.text(fields.at() + ".ports", port));
            }
        }
        fields.texts("expose").forEach(port -> add(port, Optional.empty(), "", port));
    }

    private void written(Fields port) {
        var protocol = port.text("protocol").orElse("tcp");
        var target = port.text("target").orElse("");
        add(
                target + "/" + protocol,
                port.text("published").or(() -> Optional.of("")),
                port.text("host_ip").orElse(""),
                target);
        port.value("mode"); // of Swarm's: every port is the host's here
        draft.leftOver("ports." + target, port, "a port has a number and a protocol", "do without");
    }

    /** {@code [[IP:]HOST:]CONTAINER[/PROTOCOL]}. */
    private void shortly(String text) {
        var colon = text.lastIndexOf(':');
        if (colon < 0) {
            add(text, Optional.of(""), "", text);
            return;
        }
        var before = text.substring(0, colon);
        var address = before.lastIndexOf(':');
        add(
                text.substring(colon + 1),
                Optional.of(before.substring(address + 1)),
                address < 0 ? "" : before.substring(0, address),
                text);
    }

    /**
     * @param port port or range, and protocol
     * @param published port or range of the host; empty text where the engine chooses one; absent where none is published
     * @param address of the host
     */
    private void add(String port, Optional<String> published, String address, String whole) {
        var slash = port.indexOf('/');
        var protocol = slash < 0 ? "TCP" : port.substring(slash + 1).toUpperCase(Locale.ROOT);
        var targets = Range.of(slash < 0 ? port : port.substring(0, slash));
        var hosts = published.filter(text -> !text.isEmpty()).map(Range::of);
        if (targets.isEmpty() || hosts.map(Range::isEmpty).orElse(false)) {
            leftOut("port " + whole, "it is no port, or a range of over " + MAX_RANGE, "correct it");
            return;
        }
        if (!protocol.equals("TCP") && !protocol.equals("UDP")) {
            leftOut("port " + whole, "only TCP and UDP can be published", "use one of them");
            return;
        }
        if (published.isPresent() && hosts.isEmpty()) {
            leftOut("published port of " + whole, "the engine chose it", "add a hostPort if others need it");
        }
        var everywhere = ALL_ADDRESSES.contains(address);
        if (hosts.isPresent() && !everywhere) {
            leftOut(
                    "host port of " + whole,
                    "it was at " + address + " only, and a hostPort is at all addresses of the host",
                    "add a hostPort if that is well");
        }
        for (int n = 0; n < targets.count(); n++) {
            var offset = n;
            draft.port(
                    targets.first() + n,
                    protocol,
                    hosts.filter(range -> everywhere && range.count() == targets.count())
                            .map(range -> range.first() + offset),
                    Optional.empty());
        }
    }

    private void leftOut(String what, String why, String instead) {
        draft.notes().leftOut(draft.name(), what, why, instead);
    }

    /** @param count 0 where the text is no port and no range of few */
    private record Range(int first, int count) {
        static Range of(String text) {
            var dash = text.indexOf('-');
            var first = number(dash < 0 ? text : text.substring(0, dash));
            var last = dash < 0 ? first : number(text.substring(dash + 1));
            var count = last - first + 1;
            return first < 1 || count < 1 || count > MAX_RANGE ? new Range(0, 0) : new Range(first, count);
        }

        boolean isEmpty() {
            return count == 0;
        }

        private static int number(String text) {
            var port = Text.isNumber(text, 5) ? Integer.parseInt(text) : 0;
            return port <= MAX_PORT ? port : 0;
        }
    }
}
