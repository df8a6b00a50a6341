package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.testing.OperatorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Start time and memory of the operator with its JVM options and with the JDK's defaults, alternating, without
 * workloads.
 */
final class JvmStarts {
    private static final String INSTALLATION = "soak-start";
    private static final String NAMESPACE = "mayfly-system";
    private static final int ROUNDS = 3;
    private static final long SETTLE_MILLIS = 8000;

    private final KubernetesClient client;

    JvmStarts(KubernetesClient client) {
        this.client = client;
    }

    /** Only the operator's own options are claimed. */
    void measure(Claims claims) throws IOException, InterruptedException {
        for (var round = 0; round < ROUNDS; round++) {
            var own = start("deploy/operator.jvmopts", operator -> operator);
            claims.measured(Claim.START, own.ready().toMillis() / 1000.0);
            claims.measured(Claim.START_MEMORY, own.megabytes());
            start("the JDK's defaults", OperatorProcess::withoutJvmOptions);
        }
        client.leases().inNamespace(NAMESPACE).withName(INSTALLATION).delete();
    }

    private record Start(Duration ready, long megabytes) {}

    private Start start(String options, UnaryOperator<OperatorProcess> how) throws IOException, InterruptedException {
        var kubeconfig = Files.readString(Path.of(System.getenv("KUBECONFIG")));
        try (var operator = how.apply(new OperatorProcess(INSTALLATION, client, kubeconfig))
                .with("QUARKUS_OPERATOR_SDK_NAMESPACES", NAMESPACE)) { // a namespace without workloads
            var ready = operator.start();
            Thread.sleep(SETTLE_MILLIS); // memory is measured that long after the start
            var start = new Start(ready, OperatorUsage.of(operator.pid()).residentMegabytes());
            System.out.printf(
                    "start to ready                   %.2f s, %d MB %d s later, with %s%n",
                    ready.toMillis() / 1000.0, start.megabytes(), SETTLE_MILLIS / 1000, options);
            return start;
        }
    }
}
