package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code renovate.json} sees every version that something here is built from. */
class RenovateTest {
    private static final Pattern VERSION = Pattern.compile("(?m)^\\s*[A-Z0-9_]*VERSION=v\\d\\S*");

    private final JsonNode settings = new ObjectMapper().readTree(new File("renovate.json"));

    RenovateTest() throws IOException {}

    @Test
    void itFindsEachVersionInScripts() {
        var seen =
                Pattern.compile(settings.at("/customManagers/0/matchStrings/0").asText());

        assertThat(Sources.files(Path.of("deploy"), ".sh").map(Sources::text))
                .anyMatch(script -> VERSION.matcher(script).find())
                .allSatisfy(script -> assertThat(versions(seen, script)).isEqualTo(versions(VERSION, script)));
    }

    @Test
    void itFindsTheActionsOfWorkflows() {
        assertThat(Sources.files(Path.of(".github", "workflows"), ".yml")).isNotEmpty();
        assertThat(settings.path("enabledManagers"))
                .extracting(JsonNode::asText)
                .contains("github-actions");
    }

    private static List<String> versions(Pattern pattern, String script) {
        var versions = new ArrayList<String>();
        for (var line = pattern.matcher(script); line.find(); ) {
            versions.add(line.group().substring(line.group().indexOf('=') + 1));
        }
        return versions;
    }
}
