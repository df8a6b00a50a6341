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
    private static final Pattern TRIED =
            Pattern.compile("(?m)^ +([\\w-]+) +\\| (yes|no) +\\| (yes|no) +\\| (yes|no) +\\| (yes|no) +\\| no$");
    /** Users of the test, in the order of its columns. */
    private static final List<String> TRIED_USERS = List.of("looker", "view", "edit", "admin");
    /** Those of each of the page's columns. */
    private static final List<List<String>> PROMISED_USERS =
            List.of(List.of("looker"), List.of("view"), List.of("edit", "admin"));

    @Test
    void theTableIsWhatIsTried() {
        assertThat(promised()).hasSizeGreaterThan(35).isEqualTo(tried());
    }

    /** Of each user and verb: whether it is allowed. */
    private static Map<String, Boolean> promised() {
        var promised = new HashMap<String, Boolean>();
        for (var row = ROW.matcher(Sources.text(Path.of("docs/guides/pods.md"))); row.find(); ) {
            for (var verb = VERB.matcher(row.group(1)); verb.find(); ) {
                for (var column = 0; column < PROMISED_USERS.size(); column++) {
                    for (var user : PROMISED_USERS.get(column)) {
                        promised.put(
                                user + " " + verb.group(1),
                                row.group(column + 2).equals("yes"));
                    }
                }
            }
        }
        return promised;
    }

    private static Map<String, Boolean> tried() {
        var test = Sources.text(Path.of("src/test/java/dev/mayfly/e2e/node/PodAuthorizationIT.java"));
        var tried = new HashMap<String, Boolean>();
        for (var row = TRIED.matcher(test); row.find(); ) {
            for (var column = 0; column < TRIED_USERS.size(); column++) {
                tried.put(
                        TRIED_USERS.get(column) + " " + row.group(1),
                        row.group(column + 2).equals("yes"));
            }
        }
        return tried;
    }
}
