package dev.mayfly.core.model;

import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.BackOffPolicy;
import dev.mayfly.core.model.Desired.Restarts;
import dev.mayfly.core.model.Desired.Rollout;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Template.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sample values for tests. */
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    public static final OwnerId WEB = new OwnerId("EphemeralWorkload", "default", "web", "uid-web");
    public static final BackOffPolicy DEFAULTS = new BackOffPolicy(10, 2, 300, 10, 600);

    private Samples() {}

    public static Template template(String image) {
        return template(image, Ephemerality.DEFAULT);
    }

    public static Template template(String image, Ephemerality ephemerality) {
        return new Template(
                new Template.Image(image, Template.PullPolicy.IfNotPresent, Optional.empty()),
                Template.Process.OF_IMAGE,
                new Template.Network(Template.Network.Mode.Namespace, List.of()),
                new Template.Resources(new Requests(100, 1 << 20), 0, 0),
                new Template.Metadata(Map.of(), Map.of()),
                new Template.Security(-1, -1, -1, false, List.of(), List.of()),
                new Template.Lifecycle(Duration.ofSeconds(1), Optional.empty(), ""),
                Map.of(),
                List.of(),
                ephemerality,
                Probes.NONE,
                Template.Placement.DOCKER);
    }

    /** N replicas of revision {@code v1}, no surge, one unavailable, one terminated container kept. */
    public static Desired desired(int replicas) {
        return DesiredBuilder.builder()
                .owner(WEB)
                .replicas(replicas)
                .admitted(replicas)
                .revision("v1")
                .template(template("v1"))
                .earlier(Map.of())
                .rollout(Rollout.NONE)
                .restarts(Restarts.unlimited(DEFAULTS, 1))
                .audit(AuditPolicy.DEFAULT)
                .scaleDown(ScaleDownPolicy.DEFAULT)
                .batch(Optional.empty())
                .build();
    }

    public static ReplicaId id(int slot, int attempt) {
        return new ReplicaId(WEB, slot, attempt);
    }

    /** Attempt 1 of revision {@code v1} in the slot, in that phase since {@link #NOON}. */
    public static Replica replica(int slot, Phase phase) {
        return replica(slot, 1, "v1", phase);
    }

    public static Replica replica(int slot, int attempt, String revision, Phase phase) {
        var launched = new Launch(id(slot, attempt), revision, template(revision), 0, attempt - 1, NOON, Priority.SCALE)
                .pending(NOON)
                .withRequests(Requests.NONE);
        return phase == Phase.PENDING ? launched : launched.in(phase, NOON);
    }

    /** Attempt 1 of {@code v1}, which ran for that long and ended at {@link #NOON}. */
    public static Replica ended(int slot, Duration ran) {
        return replica(slot, 1, "v1", Phase.PENDING)
                .in(Phase.RUNNING, NOON.minus(ran))
                .in(Phase.ENDED, NOON);
    }

    public static Observed observed(Replica... replicas) {
        var observed = Observed.none(WEB, NOON);
        for (var replica : replicas) {
            observed = observed.with(replica);
        }
        return observed;
    }
}
