package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** One manifest, applied again and again in a namespace of its own, as by a GitOps controller that knows no better. */
public final class Reapplied {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            EphemeralWorkload.class, EphemeralTask.class, ControllerRevision.class, ConfigMap.class, Event.class);
    private static final Duration SOON = Duration.ofMinutes(3);

    private final KubernetesClient client;
    private final Kubectl kubectl;
    private final String namespace;
    private final Path manifest;
    private final String condition;
    private final String[] apply;

    /**
     * @param kubectl in that namespace
     * @param condition that what the manifest says comes to
     * @param options of {@code kubectl apply}, such as {@code --server-side}; none: as on the client's side
     */
    public Reapplied(
            KubernetesClient client,
            Kubectl kubectl,
            String namespace,
            Path manifest,
            String condition,
            String... options) {
        this.client = client;
        this.kubectl = kubectl;
        this.namespace = namespace;
        this.manifest = manifest;
        this.condition = condition;
        apply = new String[options.length + 3];
        System.arraycopy(new String[] {"apply", "--filename", manifest.toString()}, 0, apply, 0, 3);
        System.arraycopy(options, 0, apply, 3, options.length);
    }

    public void apply() {
        kubectl.run(apply);
    }

    /** Returns once the desired state is reached and no object of the namespace was written for three seconds. */
    public void awaitQuiet() {
        kubectl.run(
                "wait",
                "--for=condition=" + condition,
                "--timeout=" + SOON.toSeconds() + "s",
                "--filename",
                manifest.toString());
        var last = new AtomicReference<>(written());
        await().atMost(SOON)
                .during(Duration.ofSeconds(8)) // an Event is held back for three
                .until(() -> last.getAndSet(written()).equals(last.get()));
    }

    /** Applies without a pause, for that time and that often at least; fails if that makes a difference. @return how often */
    public int applyFor(Duration time, int least) {
        var end = System.nanoTime() + time.toNanos();
        var times = 0;
        for (; times < least || System.nanoTime() < end; times++) {
            apply();
            assertThat(kubectl.run("diff", "--filename", manifest.toString())).isEmpty();
        }
        return times;
    }

    /**
     * Resource versions of the namespace's objects. Equal maps mean that nothing was written in between: an object's resource
     * version is the revision of etcd that wrote it.
     */
    public Map<String, String> written() {
        var written = new TreeMap<String, String>();
        for (var kind : KINDS) {
            for (var object :
                    client.resources(kind).inNamespace(namespace).list().getItems()) {
                written.put(
                        object.getKind() + " " + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion());
            }
        }
        return written;
    }

    /** Ids of the namespace's containers, in whatever state. */
    public List<String> containers() {
        return Docker.containers(Map.of("mayfly.dev/namespace", namespace)).stream()
                .map(Container::getId)
                .sorted()
                .toList();
    }
}
