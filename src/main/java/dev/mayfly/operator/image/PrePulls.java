package dev.mayfly.operator.image;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.PrePulledCondition;
import dev.mayfly.operator.image.ImagePolicyReconciler.PolicyReport;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.Runtimes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Pulls the images that policies list in {@code prePull}, again if they vanished from the engine. The runtime limits
 * the rate of attempts.
 */
@ApplicationScoped
public class PrePulls implements PolicyReport {
    private static final Logger LOG = Logger.getLogger(PrePulls.class);

    private final Runtimes runtimes;
    private final ImagePolicies policies;
    /** Conditions show the wall clock's times. */
    private final InstantSource clock = InstantSource.system();
    /** By reference, the failure of the last pull; empty: the image is present. */
    private final Map<String, Optional<String>> answers = new ConcurrentHashMap<>();

    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    PrePulls(Runtimes runtimes, ImagePolicies policies) {
        this.runtimes = runtimes;
        this.policies = policies;
    }

    static Stream<String> references(List<ImagePolicy> policies) {
        return policies.stream().flatMap(policy -> references(policy).stream()).distinct();
    }

    private static List<String> references(ImagePolicy policy) {
        return requireNonNullElse(policy.getSpec().prePull(), List.of());
    }

    /** Requests all of them. */
    public void sweep() {
        var wanted = references(policies.all()).collect(Collectors.toSet());
        answers.keySet().retainAll(wanted);
        wanted.forEach(this::ask);
    }

    private void ask(String reference) {
        if (underWay.add(reference)) {
            runtimes.with(ContainerRuntime::imageEngine)
                    .forEach(engine -> engine.pulls()
                            .prepare(reference)
                            .whenComplete((image, failure) -> answered(reference, failure)));
        }
    }

    private void answered(String reference, Throwable failure) {
        underWay.remove(reference);
        var unavailable = ImageUnavailable.in(failure);
        if (failure != null && unavailable.isEmpty()) {
            LOG.debugf("The presence of image %s is not known: %s", reference, failure.getMessage());
            return;
        }
        var answer = unavailable.map(Throwable::getMessage);
        if (!answer.equals(answers.put(reference, answer))) {
            policies.touch();
        }
    }

    @Override
    public ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status) {
        var wanted = references(policy);
        wanted.stream()
                .filter(reference -> !answers.containsKey(reference))
                .forEach(this::ask); // the policy was created or changed just now
        var condition =
                PrePulledCondition.of(wanted, answers, policy.getMetadata().getGeneration());
        return status.withConditions(Conditions.of(status.conditions())
                .with(condition, clock.instant())
                .list());
    }
}
