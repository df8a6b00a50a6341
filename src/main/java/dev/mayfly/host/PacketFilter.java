package dev.mayfly.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The IPv4 packet filter of a network namespace. */
public interface PacketFilter {

    /** True if there is such a network interface, so that rules can concern it. */
    boolean sees(String networkInterface);

    /**
     * Its chains and rules, as {@code iptables-save -t filter} prints them, a line each.
     *
     * @throws Host.Refused if they can't be read
     */
    List<String> rules();

    /**
     * Changes it, all at once or not at all; other rules stay.
     *
     * @param changes input for {@code iptables-restore --noflush}
     * @throws Host.Refused if it can't be changed
     */
    void change(String changes);

    /** That of the network namespace that the operator runs in. */
    static PacketFilter own() {
        return new Iptables();
    }

    /** By the commands of the package {@code iptables}, which write nftables or the older tables, as the machine has it. */
    final class Iptables implements PacketFilter {
        private static final String TIMEOUT_SECONDS = "20";

        private Iptables() {}

        @Override
        public boolean sees(String networkInterface) {
            return Files.exists(Path.of("/sys/class/net", networkInterface));
        }

        @Override
        public List<String> rules() {
            return run("", "iptables-save", "-t", "filter").lines().toList();
        }

        @Override
        public void change(String changes) {
            run(changes, "iptables-restore", "--noflush", "--wait", "5");
        }

        private static String run(String input, String... command) {
            var timed = Stream.concat(Stream.of("timeout", TIMEOUT_SECONDS), Stream.of(command));
            try {
                var process = new ProcessBuilder(timed.toList())
                        .redirectErrorStream(true)
                        .start();
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                }
                var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new Host.Refused(
                            command[0] + ": " + output.lines().findFirst().orElse("it failed"));
                }
                return output;
            } catch (IOException broken) {
                throw new Host.Refused(command[0] + " can't be run: " + broken.getMessage(), broken);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new Host.Refused(command[0] + " was interrupted", stopping);
            }
        }
    }
}
