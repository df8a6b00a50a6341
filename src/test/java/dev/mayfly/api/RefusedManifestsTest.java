package dev.mayfly.api;

import static dev.mayfly.api.Manifests.assertRefused;
import static java.util.Collections.nCopies;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An invalid manifest fails at {@code kubectl apply} with a message that says what to change. */
@Tag("cluster")
class RefusedManifestsTest {
    private static final String TEMPLATE = "template: {image: busybox, %s}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            negative replicas        | {replicas: -1, template: {image: busybox}}     | should be greater than or equal to 0
            too many replicas        | {replicas: 100001, template: {image: busybox}} | should be less than or equal to 100000
            no template              | {replicas: 1}                                  | spec.template: Required value
            no image                 | {template: {}}                                 | spec.template.image: Required value
            image with a space       | {template: {image: "busy box"}}                | spec.template.image: Invalid value
            image in upper case      | {template: {image: "Busybox:1.36"}}            | only host and tag may have upper-case letters
            image with a dollar      | {template: {image: "busybox$1"}}               | image is no reference that an engine accepts
            image with a scheme      | {template: {image: "docker://busybox"}}        | image is no reference that an engine accepts
            image without a name     | {template: {image: "localhost:5000/"}}         | image is no reference that an engine accepts
            image with empty tag     | {template: {image: "busybox:"}}                | image is no reference that an engine accepts
            image with short digest  | {template: {image: "busybox@sha256:00"}}       | image is no reference that an engine accepts
            image at the root        | {template: {image: "/busybox"}}                | image is no reference that an engine accepts
            unknown field            | {template: {image: busybox}, replica: 1}       | unknown field "spec.replica"
            field of a later version | {template: {image: busybox, subdomain: a}}     | unknown field "spec.template.subdomain"
            unknown runtime          | {runtime: ./podman, template: {image: busybox}} | should match
            unknown mode             | {ephemerality: {mode: Strict}, template: {image: busybox}} | supported values: "Audit", "Enforce", "Off"
            surge not a percentage   | {rollout: {maxSurge: "3"}, template: {image: busybox}} | should match '^(0|[1-9][0-9]{0,2})%$'
            surge of no number       | {rollout: {maxSurge: 99999999999}, template: {image: busybox}} | should be less than or equal to 100000
            negative surge           | {rollout: {maxSurge: -1}, template: {image: busybox}} | should be greater than or equal to 0
            unavailable above 100%   | {rollout: {maxUnavailable: 101%}, template: {image: busybox}} | should match
            no room for a rollout    | {rollout: {maxSurge: 0, maxUnavailable: 0%}, template: {image: busybox}} | set one of them to 1 or more
            factor below 1           | {backoff: {factor: 0}, template: {image: busybox}} | should be greater than or equal to 1
            hostPort, two replicas   | {replicas: 2, rollout: {maxSurge: 0}, template: {image: busybox, ports: [{containerPort: 80, hostPort: 8080}]}} | set replicas: 1
            hostPort with surge      | {template: {image: busybox, ports: [{containerPort: 80, hostPort: 8080}]}} | set rollout.maxSurge: 0
            hostPort, no network     | {rollout: {maxSurge: 0}, template: {image: busybox, network: None, ports: [{containerPort: 80, hostPort: 8080}]}} | remove hostPort from ports, or use another network
            zero without a network   | {scaleToZero: {idleSeconds: 60}, template: {image: busybox, network: None}} | scaleToZero needs a Service that leads to the replicas
            zero without Pods        | {scaleToZero: {idleSeconds: 60}, mirrorPods: false, template: {image: busybox}} | scaleToZero needs a Service that leads to the replicas
            zero at once             | {scaleToZero: {idleSeconds: 1}, template: {image: busybox}} | should be greater than or equal to 10
            zero of Pods             | {runtime: Pods, scaleToZero: {idleSeconds: 60}, template: {image: busybox}} | use runtime: Docker
            warm Pods                | {runtime: Pods, warm: {size: 1}, template: {image: busybox}} | remove warm, or use runtime: Docker
            warm Pods on demand      | {runtime: Pods, warm: {onDemand: 1}, template: {image: busybox}} | remove warm, or use runtime: Docker
            scratch where a mount is | {ephemerality: {scratch: [{path: /a}]}, template: {image: busybox, volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a}]}} | both ephemerality.scratch and template.volumeMounts have one path
            slot's part with surge   | {template: {image: busybox, volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPathExpr: $(MAYFLY_SLOT)}]}} | maxSurge: 0
            """)
    void inTheSpec(String story, String spec, String message) {
        assertRefused("web", spec, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            mount without volume   | volumeMounts: [{name: a, mountPath: /a}]          | add the missing volume, or correct the mount's name
            two mounts at one path | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a}, {name: a, mountPath: /a}] | two of volumeMounts have the same mountPath
            mount at a relative path | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: a}] | mountPath must be absolute
            mount at the root      | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /}] | not the root directory itself
            mount with colon       | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: "/a:b"}] | mountPath must not contain ':'
            mount with dots        | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a/../b}] | mountPath must not contain '..'
            two volumes, one name  | volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}] | two of volumes have the same name
            mount with slash at the end | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a/}] | mountPath must not contain '//' or '/./', nor end with '/'
            mount with two slashes | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a//b}] | mountPath must not contain '//'
            mount with a dot       | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a/./b}] | mountPath must not contain '//' or '/./'
            mount ending in a dot  | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a/.}] | mountPath must not contain '//' or '/./'
            mount with a newline   | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: "/a\\nb"}] | mountPath must not contain control characters
            volume without source  | volumes: [{name: a}]                              | needs exactly one of emptyDir, hostPath, persistentVolumeClaim, configMap, secret and dockerVolume
            volume, two sources    | volumes: [{name: a, emptyDir: {}, dockerVolume: {name: a}}] | needs exactly one of
            one Docker volume, two policies | volumes: [{name: a, dockerVolume: {name: x}}, {name: b, dockerVolume: {name: x, reclaimPolicy: Delete}}] | two of volumes name one dockerVolume with different reclaimPolicies
            memory mounted twice   | volumes: [{name: a, emptyDir: {medium: Memory}}], volumeMounts: [{name: a, mountPath: /a}, {name: a, mountPath: /b}] | remove the second mount, or remove medium
            not a size             | volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: 1MB}}] | should match
            relative hostPath      | volumes: [{name: a, hostPath: {path: srv}}]       | hostPath.path must be absolute
            hostPath with dots     | volumes: [{name: a, hostPath: {path: /srv/mayfly/../../etc}}] | hostPath.path must not contain '..'
            hostPath ending in dots | volumes: [{name: a, hostPath: {path: /srv/..}}]  | hostPath.path must not contain '..'
            hostPath with two slashes | volumes: [{name: a, hostPath: {path: /srv//a}}] | hostPath.path must not contain '//'
            hostPath with NUL      | volumes: [{name: a, hostPath: {path: "/srv/a\\0"}}] | hostPath.path must not contain control characters
            command with NUL       | command: [sh, "a\\0"]                           | command can't contain the character NUL
            args with NUL          | args: ["a\\0"]                                  | args can't contain the character NUL
            variable with NUL      | env: [{name: A, value: "a\\0"}]                 | can't contain the character NUL
            name with NUL          | env: [{name: "A\\0"}]                           | spec.template.env[0].name: Invalid value
            workingDir with NUL    | workingDir: "/a\\0"                             | workingDir must not contain control characters
            hostPath with colon    | volumes: [{name: a, hostPath: {path: "/srv:z"}}]  | hostPath.path must not contain ':'
            unknown hostPath type  | volumes: [{name: a, hostPath: {path: /srv/a, type: Device}}] | supported values: "BlockDevice"
            two ports, one hostPort | ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}] | two of ports have the same hostPort
            port out of range      | ports: [{containerPort: 70000}]                   | should be less than or equal to 65535
            cpu request over limit | resources: {requests: {cpu: 2}, limits: {cpu: 1500m}} | requests.cpu is more than limits.cpu
            memory request over limit | resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}} | requests.memory is more than limits.memory
            hardly any memory      | resources: {limits: {memory: 1Mi}}                | limits.memory is less than 6Mi
            more memory than there is | resources: {limits: {memory: 100Ti}}           | memory must be less than 16Ti
            more cpu than there is | resources: {requests: {cpu: 1M}}                | cpu must be less than 1M
            endless quantity       | resources: {limits: {memory: "1e-999999999"}}     | should match
            hardly any cpu         | resources: {limits: {cpu: 1m}}                    | limits.cpu is less than 10m
            negative memory        | resources: {limits: {memory: -1}}                 | should be greater than or equal to 0
            unknown resource       | resources: {limits: {gpu: 1}}                     | unknown field "spec.template.resources.limits.gpu"
            label of ours          | metadata: {labels: {mayfly.dev/owner-uid: x}}     | labels that begin with mayfly.dev/ are set by Mayfly itself
            annotation of ours     | metadata: {annotations: {mayfly.dev/slot: x}}     | annotations that begin with mayfly.dev/ are set by Mayfly itself
            label of an endless name | metadata: {labels: {LONG: x}}                   | the name of a label has at most 317 characters
            annotation of an endless name | metadata: {annotations: {LONG: x}}         | the name of an annotation has at most 317 characters
            option of an endless name | volumes: [{name: a, dockerVolume: {name: a, options: {LONG: x}}}] | the name of an option has at most 256 characters
            variable of ours       | env: [{name: MAYFLY_SLOT, value: x}]              | begin with MAYFLY_ are set by Mayfly itself
            variable given twice   | env: [{name: A, value: x}, {name: A, value: y}]   | spec.template.env[1]: Duplicate value
            root that is not root  | securityContext: {runAsNonRoot: true, runAsUser: 0} | contradicts runAsUser: 0
            group without user     | securityContext: {runAsGroup: 10}                 | runAsGroup needs runAsUser
            capability misspelt    | securityContext: {capabilities: {drop: [all]}}    | should match '^[A-Z_]+$'
            negative grace         | terminationGracePeriodSeconds: -1                 | should be greater than or equal to 0
            longer than it may be  | env: [TEXTS]                                      | more than 131072 characters in all
            """)
    void inTheTemplate(String story, String template, String message) {
        var texts = IntStream.range(0, 5)
                .mapToObj(i -> "{name: E%d, value: %s}".formatted(i, "x".repeat(32_000)))
                .collect(joining(", "));
        var given = template.replace("LONG", "a".repeat(318)).replace("TEXTS", texts);
        assertRefused("web", TEMPLATE.formatted(given), message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            mount in /proc         | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /proc/1}] | mountPath can't be in /proc, /sys or /dev
            mount over /sys        | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /sys}] | mountPath can't be in /proc, /sys or /dev
            mount over /dev/shm    | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /dev/shm}] | mountPath can't be in /proc, /sys or /dev
            subPath and subPathExpr | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPath: x, subPathExpr: y}] | exclude each other
            absolute subPath       | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPath: /etc}] | subPath must be relative
            subPath with dots      | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPath: x/../..}] | subPath must be relative, without '.', '..'
            subPath with a newline | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPath: "x\\ny"}] | subPath must be relative
            subPathExpr with dots  | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPathExpr: ../$(MAYFLY_SLOT)}] | subPathExpr must be relative
            subPathExpr ending in / | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPathExpr: $(A)/}] | subPathExpr must be relative
            mount with a long path | volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /a, subPath: %s}] | may not be more than 512
            claim without a name   | volumes: [{name: a, persistentVolumeClaim: {}}]   | persistentVolumeClaim.claimName: Required value
            claim of another namespace | volumes: [{name: a, persistentVolumeClaim: {claimName: other/data}}] | claimName: Invalid value
            Secret of another namespace | volumes: [{name: a, secret: {secretName: kube-system/token}}] | secretName: Invalid value
            ConfigMap without a name | volumes: [{name: a, configMap: {}}]             | configMap.name: Required value
            file outside its volume | volumes: [{name: a, configMap: {name: c, items: [{key: k, path: ../k}]}}] | items.path must be relative
            file at an absolute path | volumes: [{name: a, secret: {secretName: c, items: [{key: k, path: /etc/k}]}}] | items.path must be relative
            key with a slash       | volumes: [{name: a, secret: {secretName: c, items: [{key: a/k, path: k}]}}] | items[0].key: Invalid value
            setuid file            | volumes: [{name: a, configMap: {name: c, defaultMode: 2541}}] | should be less than or equal to 511
            setuid item            | volumes: [{name: a, secret: {secretName: c, items: [{key: k, path: k, mode: 2541}]}}] | should be less than or equal to 511
            unknown reclaim policy | volumes: [{name: a, dockerVolume: {name: a, reclaimPolicy: Recycle}}] | supported values: "Delete", "Retain"
            driver with a space    | volumes: [{name: a, dockerVolume: {name: a, driver: "a b"}}] | dockerVolume.driver: Invalid value
            endless emptyDir       | volumes: [{name: a, emptyDir: {sizeLimit: "1e-999999999"}}] | should match
            negative emptyDir      | volumes: [{name: a, emptyDir: {sizeLimit: -1}}]   | should be greater than or equal to 0
            huge emptyDir          | volumes: [{name: a, emptyDir: {sizeLimit: 9223372036854775808}}] | must be of type integer,string
            value and valueFrom    | env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}] | value and valueFrom exclude each other
            valueFrom of nothing   | env: [{name: A, valueFrom: {}}]                   | valueFrom needs exactly one of secretKeyRef, configMapKeyRef and fieldRef
            valueFrom of two       | env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: a}, configMapKeyRef: {name: a, key: a}}}] | valueFrom needs exactly one of
            unknown fact           | env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}] | fieldRef.fieldPath must be metadata.name
            envFrom of nothing     | envFrom: [{prefix: A}]                            | each of envFrom needs exactly one of configMapRef and secretRef
            envFrom of two         | envFrom: [{configMapRef: {name: a}, secretRef: {name: a}}] | each of envFrom needs exactly one of
            prefix of ours         | envFrom: [{prefix: MAYFLY_, configMapRef: {name: a}}] | begin with MAYFLY_ are set by Mayfly itself
            prefix with a sign     | envFrom: [{prefix: "A=", configMapRef: {name: a}}] | envFrom[0].prefix: Invalid value
            negative fsGroup       | securityContext: {fsGroup: -1}                    | should be greater than or equal to 0
            unknown output policy  | outputPolicy: Logs                                | supported values: "Always", "None", "OnFailure"
            """)
    void inVolumesAndVariables(String story, String template, String message) {
        assertRefused("web", TEMPLATE.formatted(template.replace("%s", "x".repeat(513))), message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            scratch over the root    | scratch: [{path: /}]                         | scratch.path must be absolute and not the root directory itself
            relative scratch         | scratch: [{path: tmp}]                       | scratch.path must be absolute
            scratch with dots        | scratch: [{path: /tmp/..}]                   | scratch.path must not contain '.', '..'
            scratch with options     | scratch: [{path: "/tmp:exec"}]               | scratch.path must not contain '.', '..' or empty parts, ':'
            scratch in /proc         | scratch: [{path: /proc/sys}]                 | scratch can't be in /proc, /sys or /dev
            scratch over /dev        | scratch: [{path: /dev}]                      | scratch can't be in /proc, /sys or /dev
            scratch given twice      | scratch: [{path: /a}, {path: /a}]            | two of scratch have the same path
            endless scratch          | scratch: [{path: /a, sizeLimit: "1e-999999999"}] | should match
            negative scratch         | scratch: [{path: /a, sizeLimit: -1}]         | should be greater than or equal to 0
            too many scratch         | scratch: [%s]                                | must have at most 16 items
            layer under Enforce      | writableLayer: {sizeLimit: 1Mi}              | writableLayer has no meaning with mode: Enforce
            negative layer           | {mode: Audit, writableLayer: {sizeLimit: -1Mi}} | should match
            interval of nothing      | audit: {periodSeconds: 0}                  | should be greater than or equal to 1
            interval of a week       | audit: {periodSeconds: 604800}             | should be less than or equal to 86400
            unknown reaction         | audit: {onWrite: Kill}                       | supported values: "Recreate", "Report", "Stop"
            too many ignored paths   | audit: {ignorePaths: [%d]}                   | must have at most 32 items
            ignoring nothing         | audit: {ignorePaths: [""]}                   | should be at least 1 chars long
            unknown answer to VOLUME | uncoveredVolumes: Allow                      | supported values: "Refuse", "Scratch"
            """)
    void inEphemerality(String story, String ephemerality, String message) {
        var given = ephemerality
                .replace(
                        "%s",
                        IntStream.range(0, 17)
                                .mapToObj("{path: /%d}"::formatted)
                                .collect(joining(", ")))
                .replace("%d", String.join(", ", nCopies(33, "/a")));
        var map = given.startsWith("{") ? given : "{" + given + "}";
        assertRefused("web", "{ephemerality: " + map + ", template: {image: busybox}}", message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            51   | metadata.name may have at most 50 characters
            300  | must be no more than 253
            """)
    void longNames(int length, String message) {
        assertRefused("a".repeat(length), "template: {image: busybox}", message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            shop.web | replace other characters, such as '.', by '-'
            Web      | a lowercase RFC 1123 subdomain
            """)
    void namesThatAreNotHostNames(String name, String message) {
        assertRefused(name, "template: {image: busybox}", message);
    }

    @ParameterizedTest(name = "under the name {0}")
    @ValueSource(strings = {"a", "b"})
    void anotherReclaimPolicyForAnExistingDockerVolume(String name) {
        var before = "template: {image: busybox, volumes: [{name: a, dockerVolume: {name: x}}]}";
        var after = "template: {image: busybox, volumes: [{name: %s, dockerVolume: {name: x, reclaimPolicy: Delete}}]}";
        var namespace = Cluster.namespace("policy");
        Cluster.client().resource(Manifests.workload(namespace, "web", before)).create();

        var changed = Cluster.client().resource(Manifests.workload(namespace, "web", after.formatted(name)));

        assertThatThrownBy(changed::update)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("set it back, or use a dockerVolume of another name");
    }
}
