package dev.mayfly.app;

import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.smallrye.health.api.Wellness;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether the engine is reachable. Not part of readiness: an operator without its engine still reports the status of
 * its workloads, and a restart would not restore the engine.
 */
@Wellness
class EngineHealth implements HealthCheck {
    private final Runtimes runtimes;

    EngineHealth(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("engine");
        try {
            return response.up()
                    .withData("workloads", runtimes.of("Docker").owners().size())
                    .build();
        } catch (RuntimeUnavailable unavailable) {
            return response.down().withData("reason", unavailable.getMessage()).build();
        }
    }
}
