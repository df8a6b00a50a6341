package dev.mayfly.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.ChangeLog;
import dev.mayfly.cli.scan.WriteReader.EngineChanges;
import dev.mayfly.cli.scan.WriteReader.Written.Change;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The engine's own comparison, used if layers can't be read. */
class EngineChangesTest {

    @Test
    void parentDirectoriesAreNotChanges() throws IOException {
        var changes = changes(
                "[{'Path': '/etc', 'Kind': 0}, {'Path': '/etc/x', 'Kind': 1}, {'Path': '/etc-old', 'Kind': 2}]");

        assertThat(EngineChanges.of(changes, Set.of()))
                .containsExactly(new Change("/etc-old", Kind.Deleted), new Change("/etc/x", Kind.Added));
    }

    @Test
    void directoriesMadeForMountPointsAreNotChanges() throws IOException {
        var changes = changes("[{'Path': '/a', 'Kind': 1}, {'Path': '/a/b', 'Kind': 1}]");

        assertThat(EngineChanges.of(changes, Set.of("/a/b"))).isEmpty();
    }

    @Test
    void controlCharactersInAPathAreEscaped() throws IOException {
        var changes = changes("[{'Path': '/a\\u001b[2J\\n', 'Kind': 0}]");

        assertThat(EngineChanges.of(changes, Set.of())).containsExactly(new Change("/a\\x1b[2J\\x0a", Kind.Changed));
    }

    private static List<ChangeLog> changes(String json) throws IOException {
        return new ObjectMapper().readValue(json.replace('\'', '"'), new TypeReference<>() {});
    }
}
