package dev.mayfly.api;

import static dev.mayfly.api.Manifests.assertRefused;
import static dev.mayfly.api.Manifests.task;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invalid task fails at {@code kubectl apply} with a message that says what to change. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedTasksTest {
    private String namespace;

    @BeforeAll
    void anExistingTask() {
        namespace = Cluster.namespace("immutable");
        Cluster.client().resource(task(namespace, "t", """
                completions: 2
                ephemerality: {scratch: [{path: /tmp}]}
                template: {image: busybox, args: [a, b], env: [{name: A, value: a}], resources: {limits: {memory: 64Mi}}}
                """)).create();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            negative completions      | completions: -1                       | should be greater than or equal to 0
            too many completions      | completions: 100001                   | should be less than or equal to 100000
            no parallelism            | parallelism: 0                        | should be greater than or equal to 1
            too much at once          | parallelism: 10001                    | should be less than or equal to 10000
            half an attempt           | parallelism: 0.5                      | must be of type integer
            negative backoffLimit     | backoffLimit: -1                      | should be greater than or equal to 0
            endless backoffLimit      | backoffLimit: 2147483647              | should be less than or equal to 1000
            over at its start         | activeDeadlineSeconds: 0              | should be greater than or equal to 1
            a deadline in years       | activeDeadlineSeconds: 31536001       | should be less than or equal to 31536000
            deleted before its end    | ttlSecondsAfterFinished: -1           | should be greater than or equal to 0
            kept for years            | ttlSecondsAfterFinished: 31536001     | should be less than or equal to 31536000
            unknown cleanup           | cleanupPolicy: OnFailure              | supported values: "Always", "Never", "OnSuccess"
            negative history          | terminatedHistoryLimit: -1                      | should be greater than or equal to 0
            too long a history        | terminatedHistoryLimit: 101                     | should be less than or equal to 100
            unknown runtime           | runtime: ./podman                     | should match
            no pause between failures | backoff: {initialDelaySeconds: 0}          | should be greater than or equal to 1
            a replica's lifetime      | ephemerality: {maxLifetimeSeconds: 60} | use activeDeadlineSeconds
            recreated for a write     | ephemerality: {mode: Audit, audit: {onWrite: Recreate}} | ephemerality.audit.onWrite can only be Report
            stopped for a write       | ephemerality: {mode: Audit, audit: {onWrite: Stop}} | ephemerality.audit.onWrite can only be Report
            a workload's replicas     | replicas: 1                           | unknown field "spec.replicas"
            a workload's rollout      | rollout: {maxSurge: 0}                | unknown field "spec.rollout"
            a workload's scaleDown    | scaleDown: {}                         | unknown field "spec.scaleDown"
            a workload's pause        | paused: true                          | unknown field "spec.paused"
            a Job's mode              | completionMode: Indexed               | unknown field "spec.completionMode"
            half suspended            | suspend: "yes"                        | must be of type boolean
            """)
    void inTheSpec(String story, String spec, String message) {
        assertRefused(task("default", "t", "{" + spec + ", template: {image: busybox}}"), message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            no template              | {completions: 1}        | spec.template: Required value
            no image                 | {template: {}}          | spec.template.image: Required value
            no reference             | {template: {image: "docker://busybox"}} | image is no reference that an engine accepts
            hostPort, two at once    | {parallelism: 2, template: {image: busybox, ports: [{containerPort: 80, hostPort: 8080}]}} | remove hostPort from template.ports or set parallelism: 1
            scratch where a mount is | {ephemerality: {scratch: [{path: /a}]}, template: {image: busybox, volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a}]}} | both ephemerality.scratch and template.volumeMounts have one path
            index set by hand        | {template: {image: busybox, env: [{name: MAYFLY_INDEX, value: "1"}]}} | begin with MAYFLY_ are set by Mayfly itself
            a Pod's restartPolicy    | {template: {image: busybox, restartPolicy: Never}} | unknown field "spec.template.restartPolicy"
            unknown message policy   | {template: {image: busybox, outputPolicy: Logs}} | supported values: "Always", "None", "OnFailure"
            """)
    void inTheTemplate(String story, String spec, String message) {
        assertRefused(task("default", "t", spec), message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            completions         | completions: 2                        | completions: 3                             | completions can't be changed
            no completions      | completions: 2                        |                                            | completions can't be changed
            image               | image: busybox                        | image: alpine                              | template can't be changed
            argument            | args: [a, b]                          | args: [a, c]                               | template can't be changed
            order of arguments  | args: [a, b]                          | args: [b, a]                               | template can't be changed
            variable            | value: a                              | value: b                                   | template can't be changed
            memory              | memory: 64Mi                          | memory: 65Mi                               | template can't be changed
            label               | template: {                           | template: {metadata: {labels: {a: b}},     | template can't be changed
            grace               | template: {                           | template: {terminationGracePeriodSeconds: 1, | template can't be changed
            output              | template: {                           | template: {outputPolicy: None, | template can't be changed
            mode                | ephemerality: {                       | ephemerality: {mode: Audit,                | ephemerality can't be changed
            scratch             | path: /tmp                            | path: /run                                 | ephemerality can't be changed
            no ephemerality     | ephemerality: {scratch: [{path: /tmp}]} |                                          | ephemerality can't be changed
            """)
    void fieldsThatTheCountsDependOnAreImmutable(String story, String old, String changed, String message) {
        var before = "{completions: 2, ephemerality: {scratch: [{path: /tmp}]}, template: {image: busybox,"
                + " args: [a, b], env: [{name: A, value: a}], resources: {limits: {memory: 64Mi}}}}";
        var after = before.replace(old, changed == null ? "" : changed)
                .replace("{,", "{")
                .replace(", ,", ",");
        var update = Cluster.client().resource(task(namespace, "t", after));

        assertThatThrownBy(update::update)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("create another task");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            too long        | %s        | metadata.name may have at most 50 characters
            no host name    | shop.web  | replace other characters, such as '.', by '-'
            """)
    void names(String story, String name, String message) {
        assertRefused(task("default", name.replace("%s", "a".repeat(51)), "template: {image: busybox}"), message);
    }

    @Test
    void aTooLongGeneratedName() {
        assertRefused(
                Manifests.taskOfGeneratedName("default", "h".repeat(45) + "-", "template: {image: busybox}"),
                "a generateName of at most 45");
    }
}
