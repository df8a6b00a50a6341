package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code deploy/release.sh} sets the version in each of these places. */
class VersionTest {
    @Test
    void pomChartAndCommandLineHaveOneVersion() throws IOException {
        var version = found("pom.xml", "(?m)^  <version>(.*)</version>$");

        assertThat(found("helm/mayfly/Chart.yaml", "(?m)^version: (.*)$")).isEqualTo(version);
        assertThat(found("helm/mayfly/Chart.yaml", "(?m)^appVersion: (.*)$")).isEqualTo(version);
        assertThat(MayflyCommand.commandLine().getCommandSpec().version()).containsExactly("mayfly " + version);
    }

    private static String found(String file, String pattern) throws IOException {
        var match = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
        assertThat(match.find()).as(file).isTrue();
        return match.group(1).replace("\"", "");
    }
}
