package dev.mayfly.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directories suggested for single writes and for all of them together. */
class SuggestedVolumesTest {

    @ParameterizedTest
    @CsvSource({
        "/var/lib/postgresql/14/main/base/1/1255, /var/lib/postgresql",
        "/var/lib/redis/dump.rdb, /var/lib/redis",
        "/var/log/nginx/access.log, /var/log/nginx",
        "/var/log/syslog, /var/log",
        "/var/cache/bind/managed-keys.bind, /var/cache/bind",
        "/var/spool/cron/crontabs/root, /var/spool/cron",
        "/var/mail/root, /var/mail",
        "/etc/nginx/conf.d/default.conf, /etc/nginx",
        "/home/app/.cache/x, /home/app",
        "/root/.ash_history, /root",
        "/srv/data/x, /srv/data",
        "/srv/x, /srv",
        "/data/x, /data",
        "/data/db/x/y, /data/db",
        "/opt/app/data/a/b, /opt/app/data",
        "/usr/local/apache2/logs/error_log, /usr/local/apache2/logs",
        "/usr/share/app/cache/x, /usr/share/app/cache"
    })
    void aFileIsCoveredByTheDirectoryOfItsService(String file, String directory) {
        assertThat(SuggestedVolumes.candidate(file, Kind.Added, false)).contains(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "/core",
        "/etc/hosts.bak",
        "/etc/passwd",
        "/usr/x",
        "/usr/bin/tool",
        "/usr/local/bin/tool",
        "/usr/lib/libx.so",
        "/var/x",
        "/var/lib/x",
        "/bin/x",
        "/lib/modules/x",
        "/dev/x",
        "/run/nginx.pid",
        "/tmp/x",
        "/var/tmp/x",
        "/opt/app/program",
        "/opt/x"
    })
    void noVolumeIsSuggestedWhereNoneHelps(String file) {
        assertThat(SuggestedVolumes.candidate(file, Kind.Added, false)).isEmpty();
    }

    @Test
    void aDirectoryIsCoveredSoThatItCanBeRecreated() {
        assertThat(SuggestedVolumes.candidate("/var/lib/nginx/body", Kind.Added, true))
                .contains("/var/lib/nginx");
        assertThat(SuggestedVolumes.candidate("/var/lib/app", Kind.Added, true)).contains("/var/lib/app");
        assertThat(SuggestedVolumes.candidate("/data", Kind.Added, true)).contains("/data");
        assertThat(SuggestedVolumes.candidate("/var/lib/mysql", Kind.Changed, true))
                .contains("/var/lib/mysql");
    }

    @Test
    void aNameThatNoManifestCanHoldIsCoveredByItsParent() {
        assertThat(SuggestedVolumes.candidate("/var/lib/app/\\xff/x/y", Kind.Added, false))
                .isEqualTo(Optional.of("/var/lib/app"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/var/log /var/log/nginx /var/lib/nginx | /var/lib/nginx /var/log",
                "/a /a/b /a-b                           | /a /a-b",
                "/var/lib/redis /var/lib/redis          | /var/lib/redis"
            })
    void noSuggestionLiesInAnother(String candidates, String folded) {
        assertThat(SuggestedVolumes.fold(Arrays.asList(candidates.split(" ")))).containsExactly(folded.split(" "));
    }

    @Test
    void manySiblingsAreMergedIntoTheirParentButNeverIntoSystemDirectories() {
        assertThat(SuggestedVolumes.fold(numbered("/srv/"))).containsExactly("/srv");
        assertThat(SuggestedVolumes.fold(numbered("/var/lib/"))).hasSize(10).doesNotContain("/var/lib");
    }

    private static List<String> numbered(String prefix) {
        return IntStream.range(0, 30).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void eachDirectoryGetsAVolumeAndAMount() {
        assertThat(SuggestedVolumes.yaml("web", List.of("/var/lib/app", "/data")))
                .isEqualTo("""
                spec:
                  template:
                    volumes:
                    - {name: var-lib-app, dockerVolume: {name: web-var-lib-app, reclaimPolicy: Retain}}
                    - {name: data, dockerVolume: {name: web-data, reclaimPolicy: Retain}}
                    volumeMounts:
                    - {name: var-lib-app, mountPath: /var/lib/app}
                    - {name: data, mountPath: /data}
                """);
    }

    @Test
    void volumeNamesAreUniqueAndValidForAnyPath() {
        var workload = "w".repeat(50);

        var yaml = SuggestedVolumes.yaml(workload, List.of("/a b", "/a/b", "/ü", "/" + "x".repeat(200), "/X\"y"));

        assertThat(yaml)
                .contains(
                        "{name: a-b,",
                        "{name: a-b-2,",
                        "{name: data,",
                        "mountPath: \"/a b\"",
                        "mountPath: \"/X\\\"y\"");
        assertThat(yaml.lines()).allMatch(line -> !line.matches(".*dockerVolume: \\{name: [a-z0-9-]{64,},.*"));
    }
}
