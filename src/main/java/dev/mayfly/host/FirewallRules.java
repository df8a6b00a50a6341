package dev.mayfly.host;

import java.util.List;

/** The rules of this machine's firewall, from the commands that print them: the kernel has no file with them. */
final class FirewallRules implements ProcTraces.Firewall {
    /** Docker writes its rules with one of these; the others print nothing, or are not installed. */
    private static final List<String> COMMANDS = List.of("iptables-save", "ip6tables-save", "nft list ruleset");

    private static final int MAX_RULES = 1_000_000;

    @Override
    public List<String> rules() {
        return COMMANDS.stream()
                .flatMap(command -> CommandOutput.lines(List.of(command.split(" ")), MAX_RULES).stream())
                .toList();
    }
}
