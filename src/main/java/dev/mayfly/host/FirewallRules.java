package dev.mayfly.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The rules of this machine's firewall, from the commands that print them: the kernel has no file with them. */
final class FirewallRules implements ProcTraces.Firewall {
    private static final Logger LOG = Logger.getLogger(FirewallRules.class);

    /** Docker writes its rules with one of these; the others print nothing, or are not installed. */
    private static final List<String> COMMANDS = List.of("iptables-save", "ip6tables-save", "nft list ruleset");

    private static final String TIMEOUT_SECONDS = "20";
    private static final int MAX_RULES = 1_000_000;

    @Override
    public List<String> rules() {
        return COMMANDS.stream().flatMap(FirewallRules::printed).toList();
    }

    private static Stream<String> printed(String command) {
        var timed = Stream.concat(Stream.of("timeout", TIMEOUT_SECONDS), Stream.of(command.split(" ")));
        try {
            var process = new ProcessBuilder(timed.toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                return lines.lines().limit(MAX_RULES).toList().stream();
            }
        } catch (IOException | UncheckedIOException unread) {
            LOG.debugf("%s can't be run: %s", command, unread.getMessage());
            return Stream.empty();
        }
    }
}
