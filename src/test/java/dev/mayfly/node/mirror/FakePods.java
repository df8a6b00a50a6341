package dev.mayfly.node.mirror;

import dev.mayfly.node.mirror.KnownPods.PodKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An API server in memory. Its watch is told of each change only when {@link #tell} is called, late as a real one. */
final class FakePods implements PodStore {
    final Map<PodKey, Pod> pods = new HashMap<>();
    final List<String> writes = new ArrayList<>();
    private final List<Runnable> untold = new ArrayList<>();
    private Listener listener;
    private long version;
    Optional<RuntimeException> failure = Optional.empty();
    /** Name of the only Pod that is refused; empty: none is. */
    String refused = "";

    /** An admission webhook, which changes Pods that are created. */
    UnaryOperator<Pod> webhook = UnaryOperator.identity();

    /** Runs before that Pod is refused. */
    Runnable beforeRefusal = () -> {};

    /** Somebody else's act just before the next status is written. */
    Runnable meanwhile = () -> {};

    /** Runs before the next creation is answered. */
    Runnable unanswered = () -> {};

    /** True: the next deletion is carried out, and the watch shows that; its answer gets lost. */
    boolean losesAnswer;

    Map<String, String> selector = Map.of("app", "web");

    @Override
    public List<Pod> watch(String node, Listener told) {
        listener = told;
        return List.copyOf(pods.values());
    }

    /** Lets the watch catch up. */
    void tell() {
        var now = List.copyOf(untold);
        untold.clear();
        now.forEach(Runnable::run);
    }

    @Override
    public Pod create(Pod pod) {
        writes.add("create " + pod.getMetadata().getName());
        failure.ifPresent(thrown -> {
            throw thrown;
        });
        if (refused.equals(pod.getMetadata().getName())) {
            beforeRefusal.run();
            throw new Refused("this one not");
        }
        if (pods.containsKey(PodKey.of(pod))) {
            throw new NameTaken();
        }
        var made = put(new PodBuilder(webhook.apply(pod))
                .editMetadata()
                .withUid("uid-" + version)
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build());
        var now = unanswered;
        unanswered = () -> {};
        now.run();
        return made;
    }

    @Override
    public Pod writeStatus(Pod pod, PodStatus status) {
        writes.add("status " + pod.getMetadata().getName());
        var now = meanwhile;
        meanwhile = () -> {};
        now.run();
        var current = pods.get(PodKey.of(pod));
        if (current == null
                || !current.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
            throw new Gone();
        }
        return put(new PodBuilder(current).withStatus(status).build());
    }

    @Override
    public void delete(Pod pod) {
        writes.add("delete " + pod.getMetadata().getName());
        var current = pods.get(PodKey.of(pod));
        if (current != null
                && current.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
            remove(current);
        }
        if (losesAnswer) {
            losesAnswer = false;
            tell();
            throw new IllegalStateException("no answer");
        }
    }

    /** A write of somebody else. */
    Pod put(Pod pod) {
        var written = new PodBuilder(pod)
                .editMetadata()
                .withResourceVersion(Long.toString(++version))
                .endMetadata()
                .build();
        pods.put(PodKey.of(written), written);
        if (listener != null) {
            untold.add(() -> listener.seen(written));
        }
        return written;
    }

    /** A Pod on another node, which the watch does not show. */
    void elsewhere(Pod pod) {
        pods.put(PodKey.of(pod), pod);
    }

    /** A deletion with grace 0. */
    void remove(Pod pod) {
        pods.remove(PodKey.of(pod));
        untold.add(() -> listener.gone(pod, true));
    }

    Pod pod(String name) {
        return pods.get(new PodKey("default", name));
    }

    @Override
    public boolean isSelected(Pod pod) {
        return pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet());
    }

    @Override
    public void close() {
        listener = null;
    }
}
