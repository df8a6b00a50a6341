package dev.mayfly.core.status;

import static dev.mayfly.core.status.Reason.About.*;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every reason that a condition can have, named as the condition names it. {@code docs/reference/conditions.md} is made of
 * this list, and a test refuses a reason that is not on it.
 */
public enum Reason {
    // As it should be, or on its way there
    AllReplicasReady(ROLLOUT, "All replicas of the current template are available.", "Nothing.", ""),
    ReplicasNotReady(
            ROLLOUT,
            "Some replicas are being started, or are not ready yet.",
            "Wait, or see what they wait for.",
            DESCRIBE),
    MinimumReplicasAvailable(ROLLOUT, "As many replicas are available as a rollout must keep.", "Nothing.", ""),
    MinimumReplicasUnavailable(
            ROLLOUT, "Fewer replicas are available than a rollout must keep.", "Read `Degraded`.", DESCRIBE),
    NewRevisionAvailable(ROLLOUT, "The current template is rolled out.", "Nothing.", ""),
    NewReplicasProgressing(ROLLOUT, "The current template is being rolled out.", "Wait.", WATCH),
    Paused(ROLLOUT, "`spec.paused` stops the rollout.", "Set it to false to continue.", RESUME),
    ProgressDeadlineExceeded(
            ROLLOUT,
            "The rollout made no progress for `spec.rollout.progressDeadlineSeconds`.",
            "Correct the template, or go back to the previous one.",
            DESCRIBE),
    RolledBack(
            ROLLOUT,
            "The rollout failed, and the last complete revision runs in its place.",
            "Correct the template.",
            DESCRIBE),
    AsExpected(ROLLOUT, "There is no problem.", "Nothing.", ""),
    WaitingForBusyReplicas(
            ROLLOUT, "A scale-down waits for busy replicas.", "Nothing: they go once idle, or at the deadline.", WATCH),
    WarmPoolSmaller(
            ROLLOUT,
            "Not all warm replicas fit beside `spec.replicas`.",
            "Make room, or lower `spec.warm.size`.",
            DESCRIBE),

    // Degraded
    InvalidSpec(SPEC, "The spec can't be honored; the last valid one keeps running.", "Correct the field named.", EDIT),
    NotScaledToZero(
            SPEC, "`spec.scaleToZero` has no effect at present; the replicas serve.", "Read the message.", DESCRIBE),
    EngineUnreachable(
            ENGINE,
            "The engine does not answer, so the replicas are not known.",
            "Start the engine, or make its socket accessible.",
            "docker version"),
    UnreadableContainer(
            ENGINE, "The engine's description of a container can't be read.", "Nothing: it is replaced.", DESCRIBE),
    UnreadableLabel(ENGINE, "A label of a container was not written by Mayfly.", "Nothing: it is replaced.", DESCRIBE),
    RevisionsUnreadable(
            ENGINE,
            "The ControllerRevisions with earlier templates can't be read.",
            "Let the operator list controllerrevisions.",
            CAN_READ_REVISIONS),
    ConfigMapNotFound(
            CONTENT,
            "A ConfigMap that the template needs does not exist.",
            "Create it.",
            "kubectl get configmaps -n NAMESPACE"),
    SecretNotFound(
            CONTENT,
            "A Secret that the template needs does not exist.",
            "Create it.",
            "kubectl get secrets -n NAMESPACE"),
    ConfigMapUnreadable(
            CONTENT,
            "A ConfigMap can't be read from the API server.",
            "Let the operator get, list and watch it.",
            CAN_READ_CONFIG_MAPS),
    SecretUnreadable(
            CONTENT, "A Secret can't be read from the API server.", "Let the operator get it.", CAN_READ_SECRETS),
    HashKeyUnreadable(
            CONTENT,
            "The Secret with the key of content hashes can't be read.",
            "Let the operator read its Secret.",
            "kubectl get secrets -n mayfly-system"),
    TooManyReferences(
            CONTENT,
            "The template or its namespace refers to more ConfigMaps and Secrets than the operator reads.",
            "Put several keys into one object.",
            EDIT),
    ContentTooLarge(
            CONTENT,
            "Earlier revisions hold too much of ConfigMaps and Secrets.",
            "Let rollouts finish, or put less into ConfigMaps and Secrets.",
            WATCH),
    ClaimNotFound(CLAIM, "The PersistentVolumeClaim does not exist.", "Create it.", "kubectl get pvc -n NAMESPACE"),
    ClaimNotBound(CLAIM, "The claim has no volume yet.", "Create a volume for it.", "kubectl describe pvc CLAIM"),
    ClaimNotUsable(
            CLAIM,
            "Replicas can't mount the claim's volume.",
            "Do what the message says.",
            "kubectl describe pvc CLAIM"),
    ClaimUnreadable(
            CLAIM,
            "The claim can't be read from the API server.",
            "Let the operator get, list and watch claims.",
            CAN_READ_CLAIMS),
    InvalidImageName(IMAGE, "The image's name is not valid.", "Correct spec.template.image.", EDIT),
    ErrImagePull(IMAGE, "The image could not be pulled.", "Check name, registry and credentials.", "docker pull IMAGE"),
    ImagePullBackOff(
            IMAGE,
            "A pull failed, and the next one is not due yet.",
            "Check name, registry and credentials.",
            "docker pull IMAGE"),
    ErrImageNotFound(IMAGE, "The image is not on the engine any more.", "Pull it again.", "docker pull IMAGE"),
    ErrImageNeverPull(
            IMAGE,
            "The image is not on the engine, and must not be pulled.",
            "Pull it, or set `imagePullPolicy`.",
            "docker pull IMAGE"),
    ErrPinnedImageGone(
            IMAGE,
            "The image that the tag meant when the revision began is gone from the engine.",
            "Change the template, which looks the tag up again.",
            EDIT),
    ImageInspectError(
            IMAGE,
            "The engine can't describe the image.",
            "Remove it, so that it is pulled again.",
            "docker inspect IMAGE"),
    ImageNotCompliant(
            IMAGE,
            "An ImagePolicy forbids the image.",
            "Use another image, or change the policy.",
            "kubectl get imagepolicies"),
    RegistryUnavailable(IMAGE, "The registry did not answer the kubelet.", "Check the registry.", DESCRIBE),
    SignatureValidationFailed(
            IMAGE, "The node's runtime refused the image's signature.", "Use a signed image.", DESCRIBE),
    UncoveredVolumes(
            IMAGE, "The image declares a VOLUME that nothing is mounted at.", "Mount a volume or scratch there.", EDIT),
    TooManyVolumes(
            IMAGE,
            "The image declares more than 100 VOLUMEs, or paths that Linux does not have.",
            "Build it with fewer.",
            "docker inspect IMAGE"),
    TooManyLabels(
            IMAGE,
            "The image's labels leave no room for Mayfly's.",
            "Build it with fewer labels.",
            "docker inspect IMAGE"),
    CreateContainerError(
            CONTAINER, "The engine could not create the container.", "Correct what the engine names.", DESCRIBE),
    RunContainerError(
            CONTAINER,
            "The engine could not start the container.",
            "Correct command, mounts or ports in the template.",
            DESCRIBE),
    CreateContainerConfigError(
            CONTAINER,
            "The kubelet can't prepare the container of a Pod.",
            "Correct what the kubelet names.",
            DESCRIBE),
    PreCreateHookError(
            CONTAINER, "A hook of the kubelet refused the container of a Pod.", "Read the kubelet's words.", DESCRIBE),
    FailedCreate(
            CONTAINER, "The API server refused the Pod of a replica.", "Correct what the API server names.", DESCRIBE),
    PodFailed(CONTAINER, "The kubelet ended the Pod of a replica.", "Read the kubelet's words.", DESCRIBE),
    Disrupted(
            CONTAINER, "Kubernetes ended the Pod of a replica for the sake of others.", "Nothing: it is replaced.", ""),
    CrashLoopBackOff(CONTAINER, "Replicas end again and again.", "Read their last output.", LOGS),
    Error(CONTAINER, "A replica ended with an exit code other than 0.", "Read its last output.", LOGS),
    Completed(
            CONTAINER, "A replica ended with exit code 0.", "Run a program that stays, or use an EphemeralTask.", LOGS),
    OOMKilled(CONTAINER, "A replica used more than its memory limit.", "Raise `resources.limits.memory`.", EDIT),
    Killed(
            CONTAINER,
            "A replica was killed from outside.",
            "Find who kills it.",
            "docker events --since 1h --filter event=kill"),
    EngineStopped(CONTAINER, "A replica ended with the engine.", "Nothing: it is replaced.", ""),
    Unhealthy(CONTAINER, "A liveness or startup probe failed.", "Correct the probe or the program.", DESCRIBE),
    Removed(
            CONTAINER,
            "Another client of the engine removed the container.",
            "Find who removes it.",
            "docker events --since 1h --filter event=destroy"),
    PodDeleted(CONTAINER, "The Pod of a replica was deleted or evicted.", "Nothing: the replica is replaced.", ""),
    ReadOnlyFileSystem(
            WRITES,
            "A replica ended because it could not write to its root file system.",
            "Mount a volume or scratch where it writes.",
            EDIT),
    Recreated(WRITES, "A replica was replaced because it wrote outside of volumes.", "Mount a volume there.", FINDINGS),
    EmptyDirOverLimit(WRITES, "An emptyDir holds more than its sizeLimit.", "Raise the limit, or write less.", EDIT),
    WritableLayerOverLimit(
            WRITES, "A replica wrote more than its sizeLimit.", "Mount a volume, or raise the limit.", FINDINGS),
    SlotsAbandoned(
            SLOTS,
            "Slots are not filled any more, because their replicas failed too often or wrote.",
            "Correct the template, which fills them again.",
            LOGS),
    InsufficientCapacity(
            CAPACITY, "Not all replicas fit.", "Make room, or lower replicas or requests.", "kubectl get ew,et -A"),
    ExceededQuota(
            CAPACITY,
            "A ResourceQuota leaves no room for the Pod of a replica.",
            "Raise the quota, or lower replicas or requests.",
            "kubectl describe resourcequota -n NAMESPACE"),
    FailedScheduling(
            CAPACITY,
            "No node takes the Pod of a replica.",
            "Add nodes, or lower requests or demands on nodes.",
            "kubectl get nodes"),
    FairShareExceeded(
            CAPACITY,
            "The workload used up its share of the operator or engine.",
            "Let it change or end less often.",
            DESCRIBE),

    // Ephemeral
    Clean(EPHEMERAL, "The audits found no write outside of volumes and scratch.", "Nothing.", ""),
    ReadOnlyRoot(EPHEMERAL, "The root file systems are read-only.", "Nothing.", ""),
    Inexact(
            EPHEMERAL,
            "As `Clean`, as far as the engine can compare.",
            "Let the operator read the engine's directories.",
            "docker info -f '{{.DockerRootDir}}'"),
    Findings(EPHEMERAL, "Replicas wrote outside of volumes and scratch.", "Mount volumes there.", FINDINGS),
    NotYetProven(EPHEMERAL, "Not every replica was audited yet.", "Wait for one audit.", WATCH),
    NotAudited(EPHEMERAL, "The writes, or the image, were not examined.", "Set `ephemerality.mode`, or wait.", EDIT),
    EvidenceRemoved(
            EPHEMERAL,
            "A container was removed or changed before its last audit, or the engine did not tell what it wrote.",
            "Let Mayfly remove replicas.",
            DESCRIBE),

    // ImageCompliant, Compliant, PrePulled, Collecting
    Compliant(COMPLIANCE, "The images break no rule.", "Nothing.", ""),
    NoPolicy(COMPLIANCE, "No ImagePolicy has rules for the image.", "Nothing.", ""),
    NoRules(COMPLIANCE, "The policy has no rules for images that run.", "Nothing, or add some.", ""),
    Violations(COMPLIANCE, "Images break rules.", "Use other images, or change the policy.", VIOLATIONS),
    PoliciesNotRead(
            COMPLIANCE,
            "The policies could not be read, so nothing is started.",
            "Install the CRDs.",
            "kubectl get crd imagepolicies.mayfly.dev"),
    NothingToPull(PRE_PULLED, "The policy has no `prePull`.", "Nothing.", ""),
    Pulled(PRE_PULLED, "All images of `prePull` are on the engine.", "Nothing.", ""),
    Pulling(PRE_PULLED, "Images are being pulled.", "Wait.", PRE_PULLS),
    PullFailed(
            PRE_PULLED, "An image could not be pulled.", "Check name, registry and credentials.", "docker pull IMAGE"),
    NoRetention(COLLECTING, "The policy has no `retention`.", "Nothing.", ""),
    DiskSeen(COLLECTING, "Unused images are removed as the policy says.", "Nothing.", ""),
    DiskNotNeeded(
            COLLECTING,
            "`highThresholdPercent` is 100, so unused images are removed by `maxTotalSize` alone.",
            "Nothing.",
            ""),
    DryRun(COLLECTING, "`dryRun` is true: `status.reclaimable` lists what would be removed.", "Nothing.", ""),
    DiskNotSeen(
            COLLECTING,
            "How full the engine's disk is can't be seen, so images are selected by `maxTotalSize` alone.",
            "Let the operator see the engine's data directory, or set `highThresholdPercent` to 100.",
            "docker info -f '{{.DockerRootDir}}'"),

    // PodsMirrored
    Mirrored(MIRRORED, "Each replica that has started is shown as a Pod.", "Nothing.", ""),
    NotYetMirrored(
            MIRRORED,
            "The operator's node is not registered yet, or the API server did not answer.",
            "Wait, or read the operator's log.",
            "kubectl get nodes -l mayfly.dev/virtual-node"),
    MirrorsDisabled(MIRRORED, "`spec.mirrorPods` is false.", "Set it to true to see Pods.", EDIT),
    TooManyPods(
            MIRRORED,
            "The node shows as many Pods as it may, so some replicas have none.",
            "Raise `mayfly.node.max-pods`, or set `spec.mirrorPods: false` elsewhere.",
            "kubectl get pods -A --field-selector spec.nodeName=NODE"),
    PodsRefused(
            MIRRORED,
            "The API server or an admission webhook refuses or changes the Pods; the replicas run all the same.",
            "Allow such Pods in the namespace, or set `spec.mirrorPods: false`.",
            DESCRIBE),
    PodNameTaken(
            MIRRORED,
            "A Pod that is no mirror has the name of a replica.",
            "Delete that Pod.",
            "kubectl get pods -n NAMESPACE"),

    // Complete, Failed, Suspended
    Pending(TASK, "No attempt has run yet.", "Wait.", TASK_WATCH),
    Running(TASK, "Attempts run, or some have.", "Wait.", TASK_WATCH),
    Suspended(TASK, "The task is suspended: no attempt is started.", "Resume it.", TASK_EDIT),
    NotSuspended(TASK, "Attempts may be started.", "Nothing.", ""),
    CompletionsReached(TASK, "Every index ended well.", "Nothing.", ""),
    BackoffLimitExceeded(
            TASK, "More attempts failed than `spec.backoffLimit`.", "Read the results, and run it anew.", RESULTS),
    DeadlineExceeded(TASK, "The task took longer than `spec.activeDeadlineSeconds`.", "Allow more time.", RESULTS);

    private static final Map<String, Reason> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Reason::name, Function.identity()));

    private final About about;
    private final String meaning;
    private final String toDo;
    private final String command;

    Reason(About about, String meaning, String toDo, String command) {
        this.about = about;
        this.meaning = meaning;
        this.toDo = toDo;
        this.command = command;
    }

    /** Empty: no reason of a condition. */
    public static Optional<Reason> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    public About about() {
        return about;
    }

    /** One sentence. */
    public String meaning() {
        return meaning;
    }

    /** One sentence, for the person who reads the status. */
    public String toDo() {
        return toDo;
    }

    /** Shows more, or does it; names in capitals are to be filled in. Empty: none is needed. */
    public String command() {
        return command;
    }

    /** The subject of a reason: the conditions that have it and, of problems, the cause. */
    public enum About {
        ROLLOUT("Ready, Available, Progressing and Degraded without a problem", false),
        SPEC("Degraded because of the spec", false),
        ENGINE("Degraded because of the engine or the API server", false),
        CONTENT("Degraded because of ConfigMaps and Secrets", false),
        CLAIM("Degraded because of claims", false),
        IMAGE("Degraded because of the image", true),
        CONTAINER("Degraded because of the container", true),
        WRITES("Degraded because of writes", true),
        SLOTS("Degraded because of abandoned slots", false),
        CAPACITY("Degraded because of capacity", false),
        EPHEMERAL("Ephemeral", false),
        COMPLIANCE("ImageCompliant, and Compliant of an ImagePolicy", false),
        PRE_PULLED("PrePulled of an ImagePolicy", false),
        COLLECTING("Collecting of an ImagePolicy", false),
        MIRRORED("PodsMirrored, of workloads and tasks", false),
        TASK("Complete, Failed and Suspended of a task", false);

        static final String DESCRIBE = "kubectl describe ew NAME";
        static final String WATCH = "kubectl get ew NAME -w";
        static final String EDIT = "kubectl edit ew NAME";
        static final String RESUME = "kubectl patch ew NAME --type=merge -p '{\"spec\":{\"paused\":false}}'";
        static final String LOGS =
                "docker logs --tail 20 $(docker ps -aqf label=mayfly.dev/namespace=NAMESPACE -f label=mayfly.dev/name=NAME -f status=exited | head -n 1)";
        static final String FINDINGS = "kubectl get ew NAME -o jsonpath='{.status.ephemerality}'";
        static final String CAN_READ_CONFIG_MAPS = "kubectl auth can-i watch configmaps --as=" + Account.NAME;
        static final String CAN_READ_SECRETS = "kubectl auth can-i get secrets --as=" + Account.NAME;
        static final String CAN_READ_CLAIMS = "kubectl auth can-i watch persistentvolumeclaims --as=" + Account.NAME;
        static final String CAN_READ_REVISIONS = "kubectl auth can-i list controllerrevisions --as=" + Account.NAME;
        static final String PRE_PULLS = "kubectl describe imagepolicy NAME";
        static final String VIOLATIONS = "kubectl get imagepolicy NAME -o jsonpath='{.status.violations}'";
        static final String TASK_WATCH = "kubectl get et NAME -w";
        static final String TASK_EDIT = "kubectl edit et NAME";
        static final String RESULTS = "kubectl get et NAME -o jsonpath='{.status.results}'";

        /** The operator's service account, as the manifests and the chart call it by default. */
        private static final class Account {
            static final String NAME = "system:serviceaccount:mayfly-system:mayfly -n NAMESPACE";
        }

        private final String title;
        private final boolean ofReplicas;

        About(String title, boolean ofReplicas) {
            this.title = title;
            this.ofReplicas = ofReplicas;
        }

        public String title() {
            return title;
        }

        /** True for problems of single attempts, which are kept while the next attempt is in progress. */
        boolean ofReplicas() {
            return ofReplicas;
        }
    }
}
