package dev.mayfly.runtime;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The runtimes of an operator as one workload sees them, whose replicas may be in several of them while a change of
 * {@code spec.runtime} is rolled out. A plan over this view keeps the rollout's budgets over all of them. A launch goes to
 * the runtime that the template names, a removal to the one that has the replica.
 */
final class CompositeRuntime implements ContainerRuntime {
    private final ContainerRuntime target;
    private final Map<String, ContainerRuntime> byName;
    private final Set<ContainerRuntime> needed;

    /**
     * @param target the runtime whose capabilities count
     * @param needed the runtimes without whose answer nothing is known. Others may have replicas only after two changes of
     *     {@code spec.runtime} in a row, and are left out while they don't answer
     * @param byName all of them, by the names that templates use
     */
    CompositeRuntime(ContainerRuntime target, Set<ContainerRuntime> needed, Map<String, ContainerRuntime> byName) {
        this.target = target;
        this.needed = Set.copyOf(needed);
        this.byName = new LinkedHashMap<>(byName);
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        var all = target.observe(owner, now);
        for (var other : others()) {
            var there = seen(other, owner, now).all().toList();
            for (var replica : there) {
                all = all.find(replica.id()).isPresent() ? all : all.with(replica);
            }
        }
        return all;
    }

    private Observed seen(ContainerRuntime runtime, OwnerId owner, Instant now) {
        try {
            return runtime.observe(owner, now);
        } catch (RuntimeUnavailable unknown) {
            if (needed.contains(runtime)) {
                throw unknown;
            }
            return Observed.none(owner, now);
        }
    }

    private List<ContainerRuntime> others() {
        return byName.values().stream().filter(runtime -> runtime != target).toList();
    }

    @Override
    public Set<OwnerId> owners() {
        var owners = new HashSet<OwnerId>();
        byName.values().forEach(runtime -> owners.addAll(runtime.owners()));
        return owners;
    }

    @Override
    public void launch(Launch launch) {
        var id = launch.id();
        var home = holders(id)
                .findFirst()
                .or(() -> Optional.ofNullable(
                        byName.get(launch.template().placement().runtime())))
                .orElse(target);
        home.launch(launch);
        byName.values().stream().filter(runtime -> runtime != home).forEach(runtime -> forgetEnded(runtime, id));
    }

    /** A runtime forgets replicas that left no container when it accepts a successor, which another one has accepted here. */
    private void forgetEnded(ContainerRuntime runtime, ReplicaId successor) {
        seen(runtime, successor.owner(), Instant.EPOCH)
                .attempts(successor.slot())
                .filter(replica -> replica.id().attempt() < successor.attempt())
                .filter(replica -> replica.phase() == Phase.LOST || replica.phase() == Phase.FAILED)
                .toList()
                .forEach(replica -> runtime.remove(new Removal(replica.id(), Duration.ZERO, Removal.Cause.HISTORY)));
    }

    @Override
    public void remove(Removal removal) {
        holders(removal.id()).forEach(runtime -> runtime.remove(removal));
    }

    private Stream<ContainerRuntime> holders(ReplicaId id) {
        return byName.values().stream()
                .filter(runtime ->
                        seen(runtime, id.owner(), Instant.EPOCH).find(id).isPresent());
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        var watches =
                byName.values().stream().map(runtime -> runtime.watch(changed)).toList();
        return () -> {
            for (var watch : watches) {
                watch.close();
            }
        };
    }

    @Override
    public Optional<Capacity> capacity() {
        return target.capacity();
    }

    @Override
    public Optional<ImageEngine> imageEngine() {
        return target.imageEngine();
    }

    @Override
    public Optional<FairShare> fairShare() {
        return target.fairShare();
    }

    /** Of the template's runtime: what another one holds goes with its revision. */
    @Override
    public Optional<Holding> holding() {
        return target.holding();
    }

    @Override
    public Optional<RemainingResources> remainingResources() {
        return needed(ContainerRuntime::remainingResources);
    }

    @Override
    public Optional<SharedResources> sharedResources() {
        return needed(ContainerRuntime::sharedResources);
    }

    /** Of a runtime that the workload is in, so that it can go while another one does not answer. */
    private <C> Optional<C> needed(Function<ContainerRuntime, Optional<C>> capability) {
        return byName.values().stream()
                .filter(needed::contains)
                .flatMap(runtime -> capability.apply(runtime).stream())
                .findFirst();
    }

    /** Audits the replicas that are in a runtime which can. */
    @Override
    public Optional<WriteAudit> writeAudit() {
        var audits = all(ContainerRuntime::writeAudit);
        return audits.isEmpty() ? Optional.empty() : Optional.of(new Audits(audits));
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        var watches = all(ContainerRuntime::busyWatch);
        return watches.isEmpty()
                ? Optional.empty()
                : Optional.of((owner, probe) -> watches.forEach(watch -> watch.watchBusy(owner, probe)));
    }

    @Override
    public Optional<RecentTerminations> terminations() {
        var recent = all(ContainerRuntime::terminations);
        return recent.isEmpty() ? Optional.empty() : Optional.of(new Recent(recent));
    }

    @Override
    public Optional<ContainerRuntime> showable() {
        var left = new LinkedHashMap<>(byName);
        left.values().removeIf(runtime -> runtime.showable().isEmpty());
        var first = left.containsValue(target)
                ? Optional.of(target)
                : left.values().stream().findFirst();
        return first.map(runtime -> left.size() == 1 ? runtime : new CompositeRuntime(runtime, needed, left));
    }

    /** The capability of the target first. */
    private <C> List<C> all(Function<ContainerRuntime, Optional<C>> capability) {
        return Stream.concat(Stream.of(target), others().stream())
                .flatMap(runtime -> capability.apply(runtime).stream())
                .toList();
    }

    private record Audits(List<WriteAudit> all) implements WriteAudit {
        @Override
        public void audit(OwnerId owner, AuditPolicy policy) {
            all.forEach(audit -> audit.audit(owner, policy));
        }

        @Override
        public AuditReport report(OwnerId owner) {
            return all.stream()
                    .map(audit -> audit.report(owner))
                    .filter(report -> !report.equals(AuditReport.NONE))
                    .findFirst()
                    .orElse(AuditReport.NONE);
        }

        @Override
        public void forget(OwnerId owner) {
            all.forEach(audit -> audit.forget(owner));
        }
    }

    private record Recent(List<RecentTerminations> all) implements RecentTerminations {
        @Override
        public List<Termination> terminations(OwnerId owner) {
            return all.stream()
                    .map(recent -> recent.terminations(owner))
                    .flatMap(Collection::stream)
                    .sorted(Comparator.comparing(Termination::at).reversed())
                    .toList();
        }

        @Override
        public void forget(OwnerId owner) {
            all.forEach(recent -> recent.forget(owner));
        }
    }
}
