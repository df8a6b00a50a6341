package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of verbs and roles in docs/guides/pods.md is what PodAuthorizationIT tries. */
class RolesInPagesTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (`[^|]+`) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\|$");
    private static final Pattern VERB = Pattern.compile("`([\\w-]+)`");
    private static final Pattern TRIED = Pattern.compile("\"(\\w+), ([\\w-]+), (true|false)\"");
    /** Users of the test, in the order of the table's columns. */
    private static final List<String> USERS = List.of("looker", "view", "edit");

    @Test
    void theTableIsWhatIsTried() {
        var tried = tried();
        tried.keySet().removeIf(key -> key.startsWith("admin ") || key.startsWith("nobody "));

        assertThat(promised()).hasSizeGreaterThan(20).isEqualTo(tried);
    }

    /** Its column is that of edit. */
    @Test
    void anAdministratorMayWhatAnEditorMay() {
        var promised = promised();

        assertThat(tried()).containsEntry("admin exec", promised.get("edit exec"));
    }

    /** Of each user and verb: whether it is allowed. */
    private static Map<String, Boolean> promised() {
        var promised = new HashMap<String, Boolean>();
        for (var row = ROW.matcher(Sources.text(Path.of("docs/guides/pods.md"))); row.find(); ) {
            for (var verb = VERB.matcher(row.group(1)); verb.find(); ) {
                for (var column = 0; column < USERS.size(); column++) {
                    promised.put(
                            USERS.get(column) + " " + verb.group(1),
                            row.group(column + 2).equals("yes"));
                }
            }
        }
        return promised;
    }

    private static Map<String, Boolean> tried() {
        var test = Sources.text(Path.of("src/test/java/dev/mayfly/e2e/node/PodAuthorizationIT.java"));
        var tried = new HashMap<String, Boolean>();
        for (var one = TRIED.matcher(test); one.find(); ) {
            tried.put(one.group(1) + " " + one.group(2), Boolean.valueOf(one.group(3)));
        }
        return tried;
    }
}
