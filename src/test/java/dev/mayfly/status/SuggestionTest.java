package dev.mayfly.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuggestionTest {

    @Test
    void eachDirectoryBecomesADockerVolumeThatIsRetained() {
        assertThat(Suggestion.yaml("web", List.of("/var/lib/app", "/srv/Data 1"), 1000))
                .isEqualTo("""
                volumes: [{name: var-lib-app, dockerVolume: {name: web-var-lib-app, reclaimPolicy: Retain}}, \
                {name: srv-data-1, dockerVolume: {name: web-srv-data-1, reclaimPolicy: Retain}}]
                volumeMounts: [{name: var-lib-app, mountPath: /var/lib/app}, {name: srv-data-1, mountPath: "/srv/Data 1"}]""");
    }

    @Test
    void namesAreUniqueAndNotTooLong() {
        var deep = "/" + "a".repeat(100);

        assertThat(Suggestion.yaml("web", List.of("/a/b", "/a-b", deep), 2000))
                .contains("{name: a-b,", "{name: a-b-2,", "{name: " + "a".repeat(63) + ",");
    }

    @Test
    void whatDoesNotFitIsLeftOut() {
        var many = IntStream.range(0, 50).mapToObj(i -> "/var/lib/app" + i).toList();

        assertThat(Suggestion.yaml("web", many, 600))
                .hasSizeBetween(300, 600)
                .contains("app0")
                .doesNotContain("app9");
    }
}
