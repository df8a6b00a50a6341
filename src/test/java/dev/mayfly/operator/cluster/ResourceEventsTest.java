package dev.mayfly.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceDeleteEvent;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceEventsTest {
    private final EphemeralWorkload web = workload();
    private final ResourceID id = ResourceID.fromResource(web);
    private final List<Templated> deleted = new ArrayList<>();

    @Test
    void aDeletionThatTheWatchReportedIsReported() {
        ResourceEvents.report(new ResourceDeleteEvent(ResourceAction.DELETED, id, web, false), deleted::add);

        assertThat(deleted).containsExactly(web);
    }

    /** After a restored etcd, the resources made since its backup are missing in this way. */
    @Test
    void aResourceThatIsMissingFromALaterListIsNotReported() {
        ResourceEvents.report(new ResourceDeleteEvent(ResourceAction.DELETED, id, web, true), deleted::add);

        assertThat(deleted).isEmpty();
    }

    @Test
    void otherEventsReportNoDeletion() {
        ResourceEvents.report(new ResourceEvent(ResourceAction.ADDED, id, web), deleted::add);
        ResourceEvents.report(new ResourceEvent(ResourceAction.UPDATED, id, web), deleted::add);
        ResourceEvents.report(new Event(id), deleted::add);

        assertThat(deleted).isEmpty();
    }

    private static EphemeralWorkload workload() {
        var workload = new EphemeralWorkload();
        workload.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("web")
                .withUid("uid")
                .build());
        return workload;
    }
}
