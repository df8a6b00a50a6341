package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.ForeignInput;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteRefusalTest {

    /** The output of these programs is real. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            busybox sh      | sh: can't create /x/y: Read-only file system                                               | /x/y                  | /x
            dash            | /bin/sh: 1: cannot create /etc/app.conf: Read-only file system                             | /etc/app.conf         | /etc
            bash            | /entry.sh: line 3: /var/lib/app/state: Read-only file system                               | /var/lib/app/state    | /var/lib/app
            busybox mkdir   | mkdir: can't create directory '/x': Read-only file system                                  | /x                    | /x
            GNU mkdir       | mkdir: cannot create directory ‘/var/lib/app data’: Read-only file system                  | /var/lib/app data     | /var/lib/app data
            GNU touch       | touch: cannot touch '/srv/a/b': Read-only file system                                      | /srv/a/b              | /srv/a
            mv              | mv: cannot move '/tmp/a' to '/srv/a': Read-only file system                                | /srv/a                | /srv
            nginx           | nginx: [emerg] open() "/var/log/nginx/error.log" failed (30: Read-only file system)        | /var/log/nginx/error.log | /var/log/nginx
            nginx mkdir     | 2026/01/01 12:00:00 [emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system) | /var/cache/nginx/client_temp | /var/cache/nginx/client_temp
            Python          | OSError: [Errno 30] Read-only file system: '/data/x.db'                                    | /data/x.db            | /data
            Python logging  | 12:00 /app/main.py:12 [Errno 30] Read-only file system: '/data/x.db'                       | /data/x.db            | /data
            Java            | java.io.FileNotFoundException: /opt/app/log.txt (Read-only file system)                    | /opt/app/log.txt      | /opt/app
            Java nio        | java.nio.file.FileSystemException: /opt/app/log.txt: Read-only file system                 | /opt/app/log.txt      | /opt/app
            Go              | 2026/01/01 12:00:00 open /var/lib/x/db: read-only file system                              | /var/lib/x/db         | /var/lib/x
            Go mkdir        | level=fatal err="mkdir /data: read-only file system"                                       | /data                 | /data
            Node.js         | Error: EROFS: read-only file system, open '/srv/x'                                         | /srv/x                | /srv
            Ruby            | /app/x.rb:1:in 'File#initialize': Read-only file system @ rb_sysopen - /srv/x (Errno::EROFS) | /srv/x              | /srv
            PHP             | PHP Warning:  file_put_contents(/srv/x): Failed to open stream: Read-only file system in /app/i.php on line 3 | /srv/x | /srv
            .NET            | Unhandled exception. System.IO.IOException: Read-only file system : '/srv/x'               | /srv/x                | /srv
            PostgreSQL      | FATAL:  could not create lock file "/var/run/postgresql/.s.PGSQL.5432.lock": Read-only file system | /var/run/postgresql/.s.PGSQL.5432.lock | /var/run/postgresql
            redis           | Failed opening the temp RDB file temp-1.rdb (in server root dir /data) for saving: Read-only file system | /data | /data
            apache          | (30)Read-only file system: AH00091: apache2: could not open error log file /var/log/apache2/error.log. | /var/log/apache2/error.log | /var/log/apache2
            MySQL           | mysqld: Can't create/write to file '/var/run/mysqld/mysqld.pid' (OS errno 30 - Read-only file system) | /var/run/mysqld/mysqld.pid | /var/run/mysqld
            haproxy         | cannot bind UNIX socket (Read-only file system) [/run/haproxy/admin.sock]                  | /run/haproxy/admin.sock | /run/haproxy
            dots            | sh: can't create /x/../y//z: Read-only file system                                         | /y/z                  | /y
            """)
    void thePathIsReported(String program, String line, String path, String home) {
        var refusal = WriteRefusal.in("starting\n" + line + "\ngood bye").orElseThrow();

        assertThat(refusal.path()).contains(path);
        assertThat(refusal.home()).contains(home);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            no path       | failed: Os { code: 30, kind: ReadOnlyFilesystem, message: "Read-only file system" }
            a URL         | http://example.org/x: Read-only file system
            a relative one | can't open appendonlydir: Read-only file system
            one with a colon | touch: cannot touch '/a:b': Read-only file system
            """)
    void whereThePathCantBeToldTheRefusalIs(String story, String line) {
        assertThat(WriteRefusal.in(line)).contains(new WriteRefusal(Optional.empty(), false));
    }

    @Test
    void aPathThatIsTooLongOrControlsATerminalIsNotTaken() {
        for (var name : new String[] {"a".repeat(256), "a\u001B[31m", "\u202Egpj", "ä".repeat(128)}) {
            assertThat(WriteRefusal.in("touch: cannot touch '/" + name + "': Read-only file system")
                            .orElseThrow()
                            .path())
                    .isEmpty();
        }
        assertThat(WriteRefusal.in("touch: cannot touch '/" + "a".repeat(255) + "': Read-only file system")
                        .orElseThrow()
                        .path())
                .isPresent();
    }

    @Test
    void theLastOneWithAPathCounts() {
        assertThat(WriteRefusal.in("open /a/b: read-only file system\nopen /c/d: read-only file system\nEROFS")
                        .orElseThrow()
                        .path())
                .contains("/c/d");
    }

    @Test
    void otherOutputIsNoRefusal() {
        assertThat(WriteRefusal.in("")).isEmpty();
        assertThat(WriteRefusal.in("open /a/b: permission denied\nall is well")).isEmpty();
    }

    @Test
    void openingQuotesWithoutAnEndAreReadOnce() throws Exception {
        for (var opening : List.of("\u201C/a ", "\u2018/a(", "\u00AB/a\u00AB", "\"/a ", "\"/a")) {
            var output = opening.repeat((64 << 10) / opening.length()) + "Read-only file system";

            ForeignInput.assertSoon(() -> WriteRefusal.in(output));
        }
    }
}
