package dev.mayfly.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.image.StoredImage.Layer;
import dev.mayfly.core.policy.Retention.Rules;
import dev.mayfly.core.policy.Retention.Stock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of one layer of 10 bytes each on a disk of 100 bytes, unless a test says otherwise. */
class RetentionTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final String APP = "docker.io/team/app";

    private final List<StoredImage> images = new ArrayList<>();
    private final Map<String, PulledImage> pulled = new HashMap<>();
    private final Set<String> wanted = new HashSet<>();

    @ParameterizedTest(name = "{0} % full, {1} to {2} %: {3} go")
    @CsvSource({
        "84, 85, 80, 0",
        "85, 85, 80, 1",
        "90, 85, 80, 1",
        "91, 85, 80, 2",
        "100, 85, 65, 4",
        "100, 85, 10, 5",
        "85, 85, 85, 0",
        "0, 0, 0, 0"
    })
    void leastRecentlyUsedImagesAreRemovedDownToTheLowThreshold(int used, int high, int low, int gone) {
        five();

        assertThat(going(used, rules().withHighPercent(high).withLowPercent(low)))
                .containsExactlyElementsOf(List.of("v1", "v2", "v3", "v4", "v5").subList(0, gone));
    }

    @Test
    void nothingIsRemovedIfTheDiskSizeIsUnknown() {
        five();

        assertThat(Retention.toRemove(stock(0).withTotalBytes(0), List.of(rules())))
                .isEmpty();
    }

    @ParameterizedTest(name = "of {0} bytes at most, {1} go")
    @CsvSource({"50, 0", "49, 1", "40, 1", "21, 3", "0, 5"})
    void theMaximumTotalSizeAppliesWhateverTheDiskUsage(long budget, int gone) {
        five();
        stranger("postgres"); // which does not count against maxTotalBytes

        assertThat(going(0, rules().withMaxTotalBytes(OptionalLong.of(budget)))).hasSize(gone);
    }

    @Test
    void sharedLayersCountOnceAndAreFreedWithTheirLastImage() {
        pulled("v1", 50).layers("base", 40, "one", 10);
        pulled("v2", 40).layers("base", 40, "two", 10);
        pulled("v3", 30).layers("three", 10);

        assertThat(going(0, rules().withMaxTotalBytes(OptionalLong.of(70)))).isEmpty();
        assertThat(going(0, rules().withMaxTotalBytes(OptionalLong.of(59)))).containsExactly("v1", "v2");
        assertThat(going(100, rules().withLowPercent(90))).containsExactly("v1");
        assertThat(going(100, rules().withLowPercent(89))).containsExactly("v1", "v2");
    }

    @Test
    void imagesThatAUserPulledOrBuiltAreKept() {
        stranger("postgres");
        pulled("here-before", 50).references();

        assertThat(going(100, rules())).isEmpty();
    }

    @Test
    void aForeignNameKeepsTheImage() {
        pulled("tagged", 50).tags(APP + ":tagged", "docker.io/library/mine:1");
        pulled("same-repository", 40).tags(APP + ":same-repository", APP + ":keep");
        pulled("pushed", 30).digests(APP + "@sha256:1", "registry.example/mirror@sha256:1");
        pulled("ours", 20).digests(APP + "@sha256:2");

        assertThat(going(100, rules())).containsExactly("ours");
    }

    @Test
    void anImageThatAMovedTagLeftBehindIsRemoved() {
        pulled("latest", 50).tags().digests(APP + "@sha256:1");
        pulled("nameless", 40).tags();

        assertThat(going(100, rules())).containsExactly("latest", "nameless");
    }

    /** With containerd's image store it loses its digest's name as well. */
    @Test
    void anImageWithoutNamesIsOfTheRepositoryThatItWasPulledFrom() {
        pulled("nameless", 40).tags().references(APP + "@sha256:1");
        pulled("v2", 30);

        assertThat(going(100, rules().withImages(List.of("ghcr.io/**")))).isEmpty();
        assertThat(going(100, rules().withExclude(List.of(APP)))).isEmpty();
        assertThat(going(100, rules().withImages(List.of(APP)).withKeepLast(1))).containsExactly("nameless");
    }

    @Test
    void imagesInUseAreKept() {
        pulled("by-container", 50).containers("a-strangers-stopped-one");
        pulled("by-child", 40).children("docker.io/library/built-upon-it:1");
        pulled("by-tag", 30);
        pulled("by-digest", 20).digests(APP + "@sha256:1");
        pulled("by-id", 10);
        pulled("by-pin", 9).tags();
        pulled("free", 8);
        wanted.addAll(Set.of(APP + ":by-tag", APP + "@sha256:1", id("by-id").substring(7, 19), id("by-pin")));

        assertThat(going(100, rules())).containsExactly("free");
    }

    @ParameterizedTest(name = "of v1 to v5 keepLast {0} lets {1} go")
    @CsvSource({"0, 5", "1, 4", "2, 3", "5, 0", "9, 0"})
    void theLatestPulledImagesOfEachRepositoryAreKept(int keep, int gone) {
        five();
        pulled("other", 60).tags("docker.io/team/other:1").references("docker.io/team/other:1");

        assertThat(going(100, rules().withKeepLast(keep))).hasSize(gone + (keep == 0 ? 1 : 0));
    }

    @Test
    void imagesInUseCountAmongTheLatest() {
        five();
        wanted.add(APP + ":v5");

        assertThat(going(100, rules().withKeepLast(2))).containsExactly("v1", "v2", "v3");
    }

    @Test
    void youngAndExcludedImagesAreKept() {
        pulled("old", 121);
        pulled("just", 120);
        pulled("young", 119);
        pulled("base", 500).tags("docker.io/library/base:1").references("docker.io/library/base:1");

        assertThat(going(100, rules().withMinAge(Duration.ofSeconds(120)).withExclude(List.of("docker.io/library/**"))))
                .containsExactly("old", "just");
    }

    @Test
    void eachApplicablePolicyMustAllowTheRemoval() {
        five();
        var generous = rules().withPolicy("generous").withKeepLast(3);
        var elsewhere = rules().withPolicy("elsewhere")
                .withImages(List.of("ghcr.io/**"))
                .withKeepLast(9);

        assertThat(going(100, rules(), generous, elsewhere)).containsExactly("v1", "v2");
        assertThat(going(100, elsewhere)).isEmpty();
        assertThat(going(100)).isEmpty();
    }

    @Test
    void aDryRunListsWhatWouldBeRemoved() {
        five();
        var dry = rules().withPolicy("dry").withDryRun(true).withLowPercent(80);

        assertThat(going(100, dry)).isEmpty();
        assertThat(going(100, rules(), dry)).isEmpty();
        assertThat(Retention.reclaimable(stock(100), List.of(rules(), dry)))
                .containsOnlyKeys("dry")
                .satisfies(listed -> assertThat(names(listed.get("dry"))).containsExactly("v1", "v2"));
    }

    private static Rules rules() {
        return new Rules("rules", List.of(), 85, 0, OptionalLong.empty(), Duration.ZERO, 0, List.of(), false);
    }

    private List<String> going(int used, Rules... rules) {
        return names(Retention.toRemove(stock(used), List.of(rules)).stream()
                .map(Retention.ImageRemoval::image)
                .toList());
    }

    private static List<String> names(List<StoredImage> images) {
        return images.stream().map(image -> image.id().substring(71)).toList();
    }

    private Stock stock(int used) {
        return new Stock(List.copyOf(images), pulled, wanted, used, 100, NOW);
    }

    private void five() {
        for (var version = 5; version > 0; version--) {
            pulled("v" + version, 60 - version);
        }
    }

    private Shelf stranger(String name) {
        var id = id(name);
        images.add(new StoredImage(
                id,
                List.of(APP + ":" + name),
                List.of(),
                10,
                0,
                List.of(new Layer(id, 10)),
                Optional.empty(),
                Set.of(),
                Set.of()));
        return new Shelf(id);
    }

    private Shelf pulled(String name, int secondsAgo) {
        var shelf = stranger(name);
        var then = NOW.minusSeconds(secondsAgo);
        pulled.put(shelf.id, new PulledImage(shelf.id, Set.of(APP + ":" + name), then, then, Set.of()));
        return shelf;
    }

    /** An id of 64 distinct digits, followed by the name for users. */
    private static String id(String name) {
        return "sha256:" + "%08x".formatted(name.hashCode()).repeat(8) + name;
    }

    /** The last image, to add details to. */
    private final class Shelf {
        private final String id;

        private Shelf(String id) {
            this.id = id;
        }

        private Shelf with(StoredImage image) {
            images.set(images.size() - 1, image);
            return this;
        }

        Shelf tags(String... tags) {
            return with(images.getLast().withTags(List.of(tags)));
        }

        Shelf digests(String... digests) {
            return with(images.getLast().withDigests(List.of(digests)));
        }

        Shelf containers(String... names) {
            return with(images.getLast().withContainers(Set.of(names)));
        }

        Shelf children(String... names) {
            return with(images.getLast().withChildren(Set.of(names)));
        }

        Shelf layers(Object... idsAndBytes) {
            var layers = new ArrayList<Layer>();
            for (var i = 0; i < idsAndBytes.length; i += 2) {
                layers.add(new Layer((String) idsAndBytes[i], (int) idsAndBytes[i + 1]));
            }
            return with(images.getLast().withLayers(layers));
        }

        Shelf references(String... references) {
            pulled.computeIfPresent(
                    id,
                    (key, known) ->
                            new PulledImage(key, Set.of(references), known.pulledAt(), known.usedAt(), known.access()));
            return this;
        }
    }
}
