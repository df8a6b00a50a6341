package dev.mayfly.app;

import dev.mayfly.operator.image.ImagePolicies;
import io.smallrye.health.api.Wellness;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Whether the image policies were read. Nothing is started before that. */
@Wellness
class PolicyHealth implements HealthCheck {
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
