package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.ForeignInput;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {

    @ParameterizedTest
    @CsvSource({
        "/var/cache/**, /var/cache/a/b, true",
        "/var/cache/**, /var/cache, false",
        "/var/cache/**, /var/cached/x, false",
        "/etc/*.bak, /etc/hosts.bak, true",
        "/etc/*.bak, /etc/a/hosts.bak, false",
        "/etc/*, /etc/, true",
        "/**/*.pid, /run/a/b.pid, true",
        "/**/*.pid, /a.pid, true",
        "/a/**/b, /a/b, true",
        "/a/**/b, /a/x/y/b, true",
        "/a/**/b, /ab, false",
        "/a?c, /abc, true",
        "/a?c, /a/c, false",
        "/a[b]{c}, '/a[b]{c}', true",
        "/plain, /plain, true",
        "/plain, /plain/x, false",
        "**, /anything/at/all, true"
    })
    void globsMatchWholePaths(String glob, String path, boolean matches) {
        assertThat(new Globs(List.of(glob)).match(path)).isEqualTo(matches);
    }

    @Test
    void onlyADirectoryIgnoredAsAWholeMatchesAllBelow() {
        var globs = new Globs(List.of("/var/cache/**", "/srv/*"));

        assertThat(globs.matchAllBelow("/var/cache")).isTrue();
        assertThat(globs.matchAllBelow("/var/cache/deeper")).isTrue();
        assertThat(globs.matchAllBelow("/srv")).isFalse();
        assertThat(globs.matchAllBelow("/var")).isFalse();
    }

    @Test
    void aPatternBuiltToTakeExponentialTimeIsMatchedInLinearTime() {
        var globs = new Globs(List.of("/" + "**a*".repeat(60) + "b"));

        assertThat(globs.match("/" + "a".repeat(4000))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/**/**/x, /x, true",
        "/**/**/**/x, /a/x, true",
        "/**/**, /, true",
        "/***/x, /x, false",
        "/***/x, /a/b/x, true",
        "/***/x, //x, true",
        "*****, /a/b, true",
        "/a*?*?b, /axyb, true",
        "/a*?*?b, /axb, false",
        "?, ä, true",
        "'', '', true",
        "'', /, false",
        "/a**b/**/c*, /a/x/b/c/d, false",
        "/a**b/**/c*, /a/x/b/y/cd, true"
    })
    void starsInARowMatchAsBefore(String glob, String path, boolean matches) {
        assertThat(new Globs(List.of(glob)).match(path)).isEqualTo(matches);
    }

    @Test
    void manyPathsOfOneDirectoryMatchAsEachAlone() {
        var globs = new Globs(List.of("/**/*.pid", "/var/cache/**", "/a?c/*"));
        var walk = new Globs.Walk(globs);

        for (var path :
                List.of("/run/a.pid", "/run/b", "/run/c.pid", "/var/cache/x", "/var/cached", "/abc/d", "/run/b.pid")) {
            assertThat(walk.match(path)).as(path).isEqualTo(globs.match(path));
        }
        assertThat(walk.matchAllBelow("/var/cache")).isTrue();
        assertThat(walk.matchAllBelow("/run")).isFalse();
    }

    @Test
    void thirtyTwoPatternsOnADeepPathTakeNoLongerThanItsTextPermits() throws Exception {
        var globs = new Globs(Collections.nCopies(32, "/" + "**a*?".repeat(50) + "b"));
        var deep = "/a".repeat(2000);

        ForeignInput.assertSoon(() -> assertThat(globs.match(deep)).isFalse());
    }

    @Test
    void aPathThatNoCallTakesIsNotMatched() {
        assertThat(new Globs(List.of("/**")).match("/" + "a".repeat(Globs.LONGEST)))
                .isFalse();
        assertThat(new Globs(List.of("/**")).match("/" + "a".repeat(Globs.LONGEST - 1)))
                .isTrue();
    }

    @Test
    void aPatternOfManyStarsNeedsNoDeepStack() {
        assertThat(new Globs(List.of("*".repeat(100_000))).match("anything")).isTrue();
    }
}
