package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.quarkus.arc.All;
import java.util.List;
import java.util.Objects;

/**
 * Updates the status of policies. Their spec is enforced elsewhere: by the policy gate and by image garbage collection.
 */
@ControllerConfiguration(name = "imagepolicy", informer = @Informer(namespaces = Constants.WATCH_ALL_NAMESPACES))
public class ImagePolicyReconciler implements Reconciler<ImagePolicy> {
    private final ImagePolicies policies;
    private final List<PolicyReport> reports;

    ImagePolicyReconciler(ImagePolicies policies, @All List<PolicyReport> reports) {
        this.policies = policies;
        this.reports = reports;
    }

    @Override
    public List<EventSource<?, ImagePolicy>> prepareEventSources(EventSourceContext<ImagePolicy> context) {
        return List.of(policies.source());
    }

    @Override
    public UpdateControl<ImagePolicy> reconcile(ImagePolicy policy, Context<ImagePolicy> context) {
        var status = Objects.requireNonNullElse(policy.getStatus(), ImagePolicyStatus.NONE)
                .withObservedGeneration(policy.getMetadata().getGeneration());
        for (var report : reports) {
            status = report.add(policy, status);
        }
        if (status.equals(policy.getStatus())) {
            return UpdateControl.noUpdate();
        }
        var bare = new ImagePolicy();
        bare.setMetadata(new ObjectMetaBuilder()
                .withName(policy.getMetadata().getName())
                .withUid(policy.getMetadata().getUid())
                .build());
        bare.setStatus(status);
        return UpdateControl.patchStatus(bare);
    }

    /** A part of a policy's status. */
    interface PolicyReport {

        /** Returns the status with this part updated. The given status may be the previous one. No I/O. */
        ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status);
    }
}
