package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/** Two operators of one installation on one engine, of which one leads. Each reaches the API server by a way of its own. */
public final class OperatorPair implements AutoCloseable {
    private final List<Member> members;

    /** One of the two, and its way to the API server. */
    private record Member(OperatorProcess operator, EngineProxy way) {}

    /** Both with the virtual node of the name's installation. */
    public OperatorPair(String name) {
        members = List.of(member(name, name), member(name, name + "-2"));
    }

    private static Member member(String installation, String name) {
        var server = URI.create(Cluster.client().getConfiguration().getMasterUrl());
        var way = EngineProxy.before(new InetSocketAddress(server.getHost(), server.getPort()));
        var kubeconfig = Cluster.kubeconfig()
                .replaceAll("(?m)^(\\s*server:).*$", "$1 https://" + server.getHost() + ":" + way.port());
        var operator = new OperatorProcess(name, Cluster.client(), kubeconfig)
                .withNode()
                .with("MAYFLY_INSTALLATION", installation)
                .with("MAYFLY_LEASE_NAME", installation)
                .with("MAYFLY_NODE_REGISTERED_NAME", "node-of-" + installation);
        return new Member(operator, way);
    }

    /** Starts those that don't run, each until it is ready. */
    public void start() {
        members.forEach(member -> member.operator().ensureRunning());
    }

    /** The one that leads and has its engine; waits until there is one. */
    public OperatorProcess leader() {
        return await().until(
                        () -> members.stream()
                                .map(Member::operator)
                                .filter(OperatorPair::leads)
                                .toList(),
                        leading -> leading.size() == 1)
                .getFirst();
    }

    public OperatorProcess standbyOf(OperatorProcess leader) {
        return members.stream()
                .map(Member::operator)
                .filter(operator -> operator != leader)
                .findFirst()
                .orElseThrow();
    }

    /** Whether it acts on the engine. One that is paused does not answer. */
    public static boolean leads(OperatorProcess operator) {
        return operator.isAlive() && isWell(operator.answer("/q/health/well"));
    }

    /** One answer for both: between two the operator may end, or begin to lead. */
    private static boolean isWell(Optional<HttpResponse<String>> answer) {
        return answer.filter(well -> well.statusCode() == 200)
                .filter(well -> !well.body().contains("\"standby\": true"))
                .isPresent();
    }

    /** Cuts the operator off from the API server, or lets it reach it again. */
    public void reaches(OperatorProcess operator, Mode mode) {
        members.stream()
                .filter(member -> member.operator() == operator)
                .forEach(member -> member.way().mode(mode));
    }

    /** Sends its process a signal, such as {@code STOP}. */
    public static void signal(OperatorProcess operator, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(operator.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Name of their virtual node. */
    public String node() {
        return members.getFirst().operator().node();
    }

    @Override
    public void close() {
        for (var member : members) {
            if (member.operator().isAlive()) {
                signal(member.operator(), "CONT"); // a test that failed may have left it paused
            }
            member.way().mode(Mode.PASS);
        }
        members.reversed().forEach(member -> {
            member.operator().close(); // the first has the name of the installation, whose data it erases
            member.way().close();
        });
    }
}
