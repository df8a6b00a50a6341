package dev.mayfly.e2e.ephemerality;

import java.util.List;
import java.util.stream.Stream;

/**
 * Third-party software, in an image of the system's packages (src/test/services).
 *
 * @param work a shell line that has it do what it is for, run in its container
 * @param answer what the line's output then contains
 * @param volumes where it writes while it works, apart from scratch: what Audit has to suggest
 */
record Service(String name, String work, String answer, List<String> volumes) {
    private static final String HTTP =
            "bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d;" + " printf \"GET / HTTP/1.0\\r\\n\\r\\n\" >&3; cat <&3'";

    static Stream<Service> all() {
        return Stream.of(
                new Service(
                        "nginx", HTTP.formatted(80), "Welcome to nginx", List.of("/var/lib/nginx", "/var/log/nginx")),
                new Service("apache2", HTTP.formatted(80), "It works", List.of("/var/log/apache2")),
                new Service("haproxy", HTTP.formatted(8080), "balanced", List.of()),
                new Service(
                        "memcached",
                        "bash -c 'exec 3<>/dev/tcp/127.0.0.1/11211;"
                                + " printf \"set k 0 0 5\\r\\nhello\\r\\nget k\\r\\nquit\\r\\n\" >&3; cat <&3'",
                        "hello",
                        List.of()),
                new Service(
                        "redis",
                        "redis-cli set k hello && redis-cli save && redis-cli get k",
                        "hello",
                        List.of("/var/lib/redis", "/var/log/redis")),
                new Service(
                        "postgresql",
                        "psql -Atc 'create table if not exists t (x text)' -c \"insert into t values ('hello')\""
                                + " -c checkpoint -c 'select x from t limit 1'",
                        "hello",
                        List.of("/var/lib/postgresql")),
                new Service(
                        "mosquitto",
                        "mosquitto_pub -r -t a -m hello && kill -USR1 1 && mosquitto_sub -C 1 -W 5 -t a",
                        "hello",
                        List.of("/var/lib/mosquitto", "/var/log/mosquitto")),
                new Service("bind9", "dig @127.0.0.1 localhost +short", "127.0.0.1", List.of("/var/cache/bind")),
                new Service(
                        "rsyslog",
                        "logger --socket-errors=on hello && for i in 1 2 3 4 5; do"
                                + " grep hello /var/log/syslog && break || sleep 0.2; done",
                        "hello",
                        List.of("/var/log")),
                new Service("cron", "cat /var/lib/jobs/ran", "UTC", List.of("/var/lib/jobs")));
    }

    String image() {
        return "mayfly-test/" + name + ":1";
    }

    @Override
    public String toString() {
        return name;
    }
}
