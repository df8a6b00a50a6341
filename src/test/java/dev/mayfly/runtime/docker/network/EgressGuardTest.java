package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.host.Host;
import dev.mayfly.host.PacketFilter;
import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NetworkIT has the rules in effect. */
class EgressGuardTest {
    private static final String INSTALLATION = "0123456789ab";
    private static final String CHAIN = "MAYFLY-" + INSTALLATION;
    private static final List<String> ENGINES =
            List.of("*filter", ":INPUT ACCEPT [0:0]", ":DOCKER-USER - [0:0]", "-A FORWARD -j DOCKER-USER", "COMMIT");

    private final Filter filter = new Filter(ENGINES);

    @Test
    void theFirstNetworkMakesTheRulesAndTheLastOneTakesThemAway() {
        var guard = guard(new Egress(true, false, List.of("169.254.169.254:53", "host:6443", "169.254.170.0/24")));
        assertThat(guard.state()).isEqualTo(EgressState.UNKNOWN);

        guard.close(() -> List.of("br-1", "br-2"));

        assertThat(filter.changes).containsExactly("""
                *filter
                :CHAIN - [0:0]
                -A CHAIN -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
                -A CHAIN -d 169.254.169.254/32 -p tcp -m tcp --dport 53 -j RETURN
                -A CHAIN -d 169.254.169.254/32 -p udp -m udp --dport 53 -j RETURN
                -A CHAIN -m addrtype --dst-type LOCAL -p tcp -m tcp --dport 6443 -j RETURN
                -A CHAIN -p tcp -m conntrack --ctstate DNAT --ctorigdstport 6443 -j RETURN
                -A CHAIN -m addrtype --dst-type LOCAL -p udp -m udp --dport 6443 -j RETURN
                -A CHAIN -p udp -m conntrack --ctstate DNAT --ctorigdstport 6443 -j RETURN
                -A CHAIN -d 169.254.170.0/24 -j RETURN
                -A CHAIN -i br-1 -o br-1 -j RETURN
                -A CHAIN -i br-1 -j REJECT --reject-with icmp-port-unreachable
                -A CHAIN -i br-2 -o br-2 -j RETURN
                -A CHAIN -i br-2 -j REJECT --reject-with icmp-port-unreachable
                -I INPUT -i br-+ -j CHAIN
                -I DOCKER-USER -d 169.254.0.0/16 -i br-+ -j CHAIN
                -I DOCKER-USER -i br-+ -o br-+ -m conntrack --ctstate DNAT -j CHAIN
                -I DOCKER-USER -i br-+ -o docker0 -m conntrack --ctstate DNAT -j CHAIN
                COMMIT
                """.replace("CHAIN", CHAIN));
        assertThat(guard.state()).isEqualTo(EgressState.CLOSED);

        filter.apply();
        guard.close(List::of);

        assertThat(filter.changes).containsExactly("""
                *filter
                -D INPUT -i br-+ -j CHAIN
                -D DOCKER-USER -d 169.254.0.0/16 -i br-+ -j CHAIN
                -D DOCKER-USER -i br-+ -o br-+ -m conntrack --ctstate DNAT -j CHAIN
                -D DOCKER-USER -i br-+ -o docker0 -m conntrack --ctstate DNAT -j CHAIN
                :CHAIN - [0:0]
                -X CHAIN
                COMMIT
                """.replace("CHAIN", CHAIN));
    }

    @Test
    void rulesThatAreThereAreNotWrittenAgainInWhateverOrderTheyArePrinted() {
        var guard = guard(new Egress(true, false, List.of("host:53")));
        guard.close(() -> List.of("br-1"));
        filter.apply();
        filter.rules.replaceAll(rule -> rule.replace(
                "-m addrtype --dst-type LOCAL -p tcp -m tcp --dport 53",
                "-p tcp -m tcp --dport 53 -m addrtype --dst-type LOCAL"));

        guard.close(() -> List.of("br-1"));

        assertThat(filter.changes).isEmpty();
    }

    @Test
    void rulesThatSomebodyRemovedAreMadeAgain() {
        var guard = guard(new Egress(true, false, List.of()));
        guard.close(() -> List.of("br-1"));
        filter.apply();
        filter.rules.removeIf(rule -> rule.startsWith("-A INPUT"));

        guard.close(() -> List.of("br-1"));

        assertThat(filter.changes).singleElement().asString().contains("-I INPUT -i br-+ -j " + CHAIN);
    }

    @Test
    void anEngineThatWritesNftablesHasNoChainForItsUsers() {
        filter.rules.remove("-A FORWARD -j DOCKER-USER");

        guard(new Egress(true, false, List.of())).close(() -> List.of("br-1"));

        assertThat(filter.changes)
                .singleElement()
                .asString()
                .contains("-I FORWARD -d 169.254.0.0/16 -i br-+ -j " + CHAIN);
    }

    @Test
    void whereTheOperatorMayNotItSaysWhy() {
        var refusing = guard(new Egress(true, false, List.of()));
        filter.refusal = Optional.of("iptables-save: Permission denied");
        refusing.close(() -> List.of("br-1"));
        assertThat(refusing.state()).isEqualTo(EgressState.open("iptables-save: Permission denied"));

        filter.refusal = Optional.empty();
        refusing.close(() -> List.of("br-1"));
        assertThat(refusing.state()).isEqualTo(EgressState.CLOSED);

        var elsewhere = new EgressGuard(INSTALLATION, new Egress(true, false, List.of()), Optional.empty());
        elsewhere.close(() -> List.of("br-1"));
        assertThat(elsewhere.state())
                .isEqualTo(EgressState.open("the operator does not run as root on the engine's host"));
    }

    @Test
    void anEngineInAnotherNetworkNamespaceIsNotClosed() {
        var guard = guard(new Egress(true, false, List.of()));

        guard.close(() -> List.of("br-3"));

        assertThat(guard.state().status()).isEqualTo(EgressState.Status.OPEN);
        assertThat(guard.state().reason()).contains("br-3", "network namespace");
    }

    @Test
    void aNetworkThatIsRemovedMeanwhileIsNoGap() {
        var guard = guard(new Egress(true, false, List.of()));
        var answers = List.of(List.of("br-1", "br-3"), List.of("br-1")).iterator();

        guard.close(answers::next);

        assertThat(guard.state()).isEqualTo(EgressState.CLOSED);
    }

    @Test
    void theEnginesDefaultNetworkStaysOpenWhereReplicasMayUseIt() {
        var guard = guard(new Egress(true, true, List.of()));

        guard.close(() -> List.of("br-1"));

        assertThat(filter.changes).singleElement().asString().contains("-i br-1 -j REJECT");
        assertThat(guard.state().status()).isEqualTo(EgressState.Status.OPEN);
        assertThat(guard.state().reason()).contains("mayfly.network.bridge-allowed");
    }

    @Test
    void whatAnEarlierSettingClosedIsOpenedAgain() {
        guard(new Egress(true, false, List.of())).close(() -> List.of("br-1"));
        filter.apply();

        var open = guard(new Egress(false, false, List.of()));
        open.close(() -> List.of("br-1"));

        assertThat(filter.changes).singleElement().asString().contains("-X " + CHAIN);
        assertThat(open.state()).isEqualTo(EgressState.open("mayfly.egress.closed is false"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host:",
                "host:0",
                "host:65536",
                "host:a",
                "name.example",
                "::1",
                "1.2.3.4:5:6",
                "1.2.3.4/33",
                ":53"
            })
    void anythingElseIsRefusedAtTheStart(String entry) {
        assertThatThrownBy(() -> guard(new Egress(true, false, List.of(entry))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mayfly.egress.allowed: '" + entry + "'");
    }

    private EgressGuard guard(Egress settings) {
        return new EgressGuard(INSTALLATION, settings, Optional.of(filter));
    }

    /** A table that takes the changes when the test says so. */
    private static final class Filter implements PacketFilter {
        final List<String> rules;
        final List<String> changes = new ArrayList<>();
        Optional<String> refusal = Optional.empty();

        Filter(List<String> rules) {
            this.rules = new ArrayList<>(rules);
        }

        @Override
        public boolean sees(String networkInterface) {
            return Set.of("br-1", "br-2").contains(networkInterface);
        }

        @Override
        public List<String> rules() {
            refusal.ifPresent(why -> {
                throw new Host.Refused(why);
            });
            return List.copyOf(rules);
        }

        @Override
        public void change(String change) {
            changes.add(change);
        }

        void apply() {
            changes.remove(0).lines().forEach(line -> {
                if (line.startsWith("-A ") || line.startsWith(":")) {
                    rules.add(line);
                } else if (line.startsWith("-I ")) {
                    rules.add("-A" + line.substring(2));
                }
            });
        }
    }
}
