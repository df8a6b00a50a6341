package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.leftovers.EngineLeftovers;
import dev.mayfly.cli.leftovers.Leftover;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An operator's records of its pulls. */
class PulledTest {
    private static final String LINE =
            "{\"id\":\"sha256:aa\",\"references\":[\"busybox\"],\"pulledAt\":\"2026-01-01T00:00:00Z\",\"usedAt\":\"2026-01-02T00:00:00Z\",\"access\":[]}\n";
    private static final Pulled PULLED = new Pulled(
            "feedfeedfeed",
            new PulledImage(
                    "sha256:aa",
                    Set.of("busybox"),
                    Instant.parse("2026-01-01T00:00:00Z"),
                    Instant.parse("2026-01-02T00:00:00Z"),
                    Set.of()));

    @Test
    void anInvalidLineHidesNoOtherImage() {
        assertThat(read("{nonsense\n" + LINE + "{}\n", "ENGINE")).containsExactly(PULLED);
    }

    @Test
    void recordsOfAnotherEngineAreIgnored() {
        assertThat(read(LINE, "OTHER")).isEmpty();
    }

    @Test
    void onlyNamesGivenByAPullAreLeftoversAndImagesInUseAreKept() {
        assertThat(leftovers(Set.of()))
                .singleElement()
                .matches(thing -> !thing.kept() && thing.name().equals("busybox"));
        assertThat(leftovers(Set.of("web"))).singleElement().matches(Leftover::kept);
    }

    @Test
    void aDigestIsListedIfNoTagOfItsRepositoryIs() {
        var pulled = new PulledImage(
                "sha256:aa",
                Set.of("busybox", "docker.io/library/busybox@sha256:1", "r.example/moved@sha256:1"),
                Instant.EPOCH,
                Instant.EPOCH,
                Set.of());
        var stored = new StoredImage(
                "sha256:aa",
                List.of("docker.io/library/busybox:latest"),
                List.of("docker.io/library/busybox@sha256:1", "r.example/moved@sha256:1"),
                1,
                0,
                List.of(),
                Optional.empty(),
                Set.of(),
                Set.of());
        var found = new ArrayList<Leftover>();

        EngineLeftovers.pulled(List.of(new Pulled("feedfeedfeed", pulled)), List.of(stored), found::add);

        assertThat(found).extracting(Leftover::name).containsExactly("busybox", "r.example/moved@sha256:1");
    }

    private static List<Leftover> leftovers(Set<String> containers) {
        var stored = new StoredImage(
                "sha256:aa",
                List.of("docker.io/library/busybox:latest", "docker.io/library/persons:1"),
                List.of(),
                1,
                0,
                List.of(),
                Optional.empty(),
                containers,
                Set.of());
        var found = new ArrayList<Leftover>();
        EngineLeftovers.pulled(List.of(PULLED), List.of(stored), found::add);
        return found;
    }

    private static List<Pulled> read(String text, String engine) {
        return Pulled.read(
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withLabels(Map.of("mayfly.dev/cluster", "feedfeedfeed"))
                        .withAnnotations(Map.of("mayfly.dev/engine", "ENGINE"))
                        .endMetadata()
                        .withData(Map.of("images", text))
                        .build(),
                engine);
    }
}
