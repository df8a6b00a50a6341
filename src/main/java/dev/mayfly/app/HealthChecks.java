package dev.mayfly.app;

import dev.mayfly.operator.image.ImagePolicies;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.smallrye.health.api.Wellness;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * The checks at {@code /q/health/well}. They are not part of readiness: an operator without its engine still reports the
 * status of its workloads, and a restart would not restore the engine.
 */
final class HealthChecks {
    private HealthChecks() {}

    /** Whether the engine is reachable. A standby does not try. */
    @Wellness
    static class EngineHealth implements HealthCheck {
        private final Runtimes runtimes;
        private final RuntimeWiring wiring;

        EngineHealth(Runtimes runtimes, RuntimeWiring wiring) {
            this.runtimes = runtimes;
            this.wiring = wiring;
        }

        @Override
        public HealthCheckResponse call() {
            var response = HealthCheckResponse.named("engine");
            if (!wiring.started()) {
                return response.up().withData("standby", true).build();
            }
            try {
                return response.up()
                        .withData(
                                "workloads",
                                runtimes.find("Docker")
                                        .orElseGet(runtimes::everywhere)
                                        .owners()
                                        .size())
                        .build();
            } catch (RuntimeUnavailable unavailable) {
                return response.down()
                        .withData("reason", unavailable.getMessage())
                        .build();
            }
        }
    }

    /** Whether the image policies were read. Nothing is started before that. */
    @Wellness
    static class PolicyHealth implements HealthCheck {
        private final ImagePolicies policies;

        PolicyHealth(ImagePolicies policies) {
            this.policies = policies;
        }

        @Override
        public HealthCheckResponse call() {
            var response = HealthCheckResponse.named("image-policies");
            return policies.read()
                    ? response.up().build()
                    : response.down()
                            .withData("reason", "They were not read yet, so nothing is started: see the log.")
                            .build();
        }
    }
}
