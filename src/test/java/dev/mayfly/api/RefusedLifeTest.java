package dev.mayfly.api;

import static dev.mayfly.api.Manifests.assertRefused;
import static java.util.Collections.nCopies;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Errors in probes, lifecycle, rollout and scale-down fail at {@code kubectl apply}, with a message that says what to
 * change.
 */
@Tag("cluster")
class RefusedLifeTest {
    private static final String TEMPLATE = "template: {image: busybox, %s}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            negative minReady        | rollout: {minReadySeconds: -1}                        | should be greater than or equal to 0
            minReady over a day      | rollout: {minReadySeconds: 86401}                     | should be less than or equal to 86400
            deadline within minReady | rollout: {minReadySeconds: 600}                       | progressDeadlineSeconds must be greater than minReadySeconds
            no deadline              | rollout: {progressDeadlineSeconds: 0}                 | should be greater than or equal to 1
            partition in percent     | rollout: {partition: 50%}                             | must be of type integer
            negative partition       | rollout: {partition: -1}                              | should be greater than or equal to 0
            partition of no number   | rollout: {partition: 2147483648}                      | should be less than or equal to 100000
            unknown answer           | rollout: {onFailure: Undo}                            | supported values: "Continue", "Pause", "Rollback"
            unknown name             | scaleDown: {removeFirst: [api-0]}                          | they are called web-0, web-1 and so on: correct or remove the others
            name that goes on        | scaleDown: {removeLast: [web-api-0]}                        | they are called web-0, web-1 and so on
            name that begins earlier | scaleDown: {removeLast: [my-web-0]}                         | they are called web-0, web-1 and so on
            name of an attempt       | scaleDown: {removeFirst: [web-0_1]}                        | they are called web-0, web-1 and so on
            name with a zero         | scaleDown: {costs: [{replica: web-01, cost: 1}]}      | they are called web-0, web-1 and so on
            name without number      | scaleDown: {costs: [{replica: web-, cost: 1}]}        | they are called web-0, web-1 and so on
            name with huge number    | scaleDown: {removeFirst: [web-99999999999]}                | they are called web-0, web-1 and so on
            name in other digits     | scaleDown: {removeFirst: ["web-١"]}                        | they are called web-0, web-1 and so on
            the workload's own name  | scaleDown: {removeFirst: [web]}                            | they are called web-0, web-1 and so on
            name of nothing          | scaleDown: {removeLast: [""]}                               | should be at least 1 chars long
            kept and removed         | scaleDown: {removeFirst: [web-1], removeLast: [web-0, web-1]}    | in both scaleDown.removeFirst and scaleDown.removeLast
            two costs of one         | scaleDown: {costs: [{replica: web-1, cost: 1}, {replica: web-1, cost: 2}]} | Duplicate value
            cost without replica     | scaleDown: {costs: [{cost: 1}]}                       | costs[0].replica: Required value
            cost of a fraction       | scaleDown: {costs: [{replica: web-1, cost: 1.5}]}     | must be of type integer
            huge cost                | scaleDown: {costs: [{replica: web-1, cost: 2147483648}]} | should be less than or equal to 2147483647
            too many names           | scaleDown: {removeFirst: [%s]}                             | must have at most 256 items
            negative busy deadline   | scaleDown: {busyDeadlineSeconds: -1}                  | should be greater than or equal to 0
            busy in two ways         | scaleDown: {busyProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}} | a probe asks in exactly one way
            busy at an unknown port  | scaleDown: {busyProbe: {tcpSocket: {port: http}}}     | scaleDown.busyProbe's port is the name of none of template.ports
            crash loop without pause | backoff: {initialDelaySeconds: 0}                         | should be greater than or equal to 1
            no longest wait          | backoff: {maxDelaySeconds: 0}                             | should be greater than or equal to 1
            failures forgotten at once | backoff: {resetAfterSeconds: 0}                    | should be greater than or equal to 1
            negative maxConsecutiveFailures     | maxConsecutiveFailures: -1                                       | should be greater than or equal to 0
            negative terminatedHistoryLimit    | terminatedHistoryLimit: -1                                      | should be greater than or equal to 0
            too long a history       | terminatedHistoryLimit: 101                                     | should be less than or equal to 100
            lifetime of a moment     | ephemerality: {maxLifetimeSeconds: 9}                 | should be greater than or equal to 10
            lifetime within minReady | rollout: {minReadySeconds: 10}, ephemerality: {maxLifetimeSeconds: 20} | must be more than twice rollout.minReadySeconds
            """)
    void wrongLifecycleFields(String story, String spec, String message) {
        var given = spec.replace("%s", String.join(", ", nCopies(257, "web-0")));
        assertRefused("web", "{" + given + ", template: {image: busybox}}", message);
    }

    @Test
    void aNetworkBusyProbeWithoutANetwork() {
        assertRefused(
                "web",
                "{scaleDown: {busyProbe: {tcpSocket: {port: 1}}}, template: {image: busybox, network: None}}",
                "use exec in scaleDown.busyProbe");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a probe that asks nothing | readinessProbe: {}                                  | give one of exec, httpGet and tcpSocket
            a probe that asks twice   | livenessProbe: {httpGet: {port: 1}, tcpSocket: {port: 1}} | a probe asks in exactly one way
            no command                | readinessProbe: {exec: {command: []}}               | should have at least 1 items
            command with NUL          | startupProbe: {exec: {command: ["a\\0"]}}           | command can't contain the character NUL
            endless command           | readinessProbe: {exec: {command: ["%1$s", "%1$s", "%1$s"]}} | command has more than 8192 characters
            no port                   | readinessProbe: {tcpSocket: {}}                     | tcpSocket.port: Required value
            port 0                    | readinessProbe: {tcpSocket: {port: 0}}              | should be greater than or equal to 1
            port 65536                | readinessProbe: {httpGet: {port: 65536}}            | should be less than or equal to 65535
            negative port             | livenessProbe: {tcpSocket: {port: -80}}             | should be greater than or equal to 1
            half a port               | livenessProbe: {tcpSocket: {port: 80.5}}            | must be of type integer,string
            port in quotes            | livenessProbe: {tcpSocket: {port: "80"}}            | or write its number, without quotes
            port of no name           | livenessProbe: {tcpSocket: {port: ""}}              | should match
            unknown port              | ports: [{name: web, containerPort: 80}, {containerPort: 81}], startupProbe: {httpGet: {port: http}} | a probe's port is the name of none of ports
            unknown port, no ports    | readinessProbe: {httpGet: {port: http}}             | a probe's port is the name of none of ports
            two ports of one name     | ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}] | two of ports have the same name
            relative path             | readinessProbe: {httpGet: {port: 80, path: health}} | path must begin with '/'
            path of nothing           | readinessProbe: {httpGet: {port: 80, path: ""}}     | path must begin with '/'
            path with a line break    | readinessProbe: {httpGet: {port: 80, path: "/ HTTP/1.1\\r\\nHost: a"}} | write others as %20
            path that ends the line   | readinessProbe: {httpGet: {port: 80, path: "/a\\n"}} | write others as %20
            path with NUL             | readinessProbe: {httpGet: {port: 80, path: "/\\0"}} | write others as %20
            path beyond ASCII         | readinessProbe: {httpGet: {port: 80, path: "/\\u010d\\u010a"}} | write others as %20
            path with half a code     | readinessProbe: {httpGet: {port: 80, path: "/%%zz"}} | write others as %20
            path with a fragment      | readinessProbe: {httpGet: {port: 80, path: "/#a"}}  | write others as %20
            endless path              | readinessProbe: {httpGet: {port: 80, path: "/%1$s"}} | may not be more than 2048
            unknown scheme            | readinessProbe: {httpGet: {port: 80, scheme: http}} | supported values: "HTTP", "HTTPS"
            another host              | readinessProbe: {httpGet: {port: 80, host: 169.254.169.254}} | unknown field "spec.template.readinessProbe.httpGet.host"
            header with a line break  | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: A, value: "b\\r\\nC: d"}]}} | must consist of printable ASCII characters
            header beyond ASCII       | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: A, value: "\\u010d\\u010a"}]}} | must consist of printable ASCII characters
            header's name with colon  | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: "A:", value: b}]}} | httpHeaders[0].name: Invalid value
            header's name in two lines | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: "A\\nB", value: b}]}} | httpHeaders[0].name: Invalid value
            header without a name     | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: "", value: b}]}} | should be at least 1 chars long
            endless headers           | readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: A, value: "%1$s"}, {name: B, value: "%1$s"}, {name: C, value: "%1$s"}]}} | httpHeaders have more than 8192 characters
            negative delay            | readinessProbe: {tcpSocket: {port: 1}, initialDelaySeconds: -1} | should be greater than or equal to 0
            no period                 | readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 0} | should be greater than or equal to 1
            half a second             | readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 0.5} | must be of type integer
            no timeout                | readinessProbe: {tcpSocket: {port: 1}, timeoutSeconds: 0} | should be greater than or equal to 1
            endless timeout           | readinessProbe: {tcpSocket: {port: 1}, timeoutSeconds: 2147483648} | should be less than or equal to 3600
            no failure allowed        | readinessProbe: {tcpSocket: {port: 1}, failureThreshold: 0} | should be greater than or equal to 1
            startup twice             | startupProbe: {tcpSocket: {port: 1}, successThreshold: 2} | successThreshold of startupProbe and livenessProbe must be 1
            liveness twice            | livenessProbe: {tcpSocket: {port: 1}, successThreshold: 2} | successThreshold of startupProbe and livenessProbe must be 1
            grpc                      | readinessProbe: {grpc: {port: 1}}                   | unknown field "spec.template.readinessProbe.grpc"
            readiness without network | network: None, readinessProbe: {tcpSocket: {port: 1}} | use exec in its probes
            startup without network   | network: None, startupProbe: {httpGet: {port: 1}}   | use exec in its probes
            liveness without network  | network: None, livenessProbe: {httpGet: {port: 1}}  | use exec in its probes
            postStart                 | lifecycle: {postStart: {exec: {command: [a]}}}      | unknown field "spec.template.lifecycle.postStart"
            preStop of nothing        | lifecycle: {preStop: {}}                            | give either exec or sleep
            preStop of two            | lifecycle: {preStop: {exec: {command: [a]}, sleep: {seconds: 1}}} | give either exec or sleep
            preStop over HTTP         | lifecycle: {preStop: {httpGet: {port: 1}}}          | unknown field "spec.template.lifecycle.preStop.httpGet"
            negative sleep            | lifecycle: {preStop: {sleep: {seconds: -1}}}        | should be greater than or equal to 0
            sleep beyond the grace    | lifecycle: {preStop: {sleep: {seconds: 31}}}        | must not be longer than terminationGracePeriodSeconds
            unknown signal            | lifecycle: {stopSignal: SIGNAL}                     | stopSignal is no signal that Linux has
            signal without SIG        | lifecycle: {stopSignal: TERM}                       | write its name with SIG
            signal as a number        | lifecycle: {stopSignal: "15"}                       | write its name with SIG
            signal in lower case      | lifecycle: {stopSignal: sigterm}                    | write its name with SIG
            realtime signal too far   | lifecycle: {stopSignal: SIGRTMIN+16}                | stopSignal is no signal that Linux has
            signal with a line break  | lifecycle: {stopSignal: "SIGTERM\\n"}               | stopSignal is no signal that Linux has
            """)
    void inProbesAndLifecycle(String story, String template, String message) {
        assertRefused("web", TEMPLATE.formatted(template.formatted("x".repeat(3000))), message);
    }
}
