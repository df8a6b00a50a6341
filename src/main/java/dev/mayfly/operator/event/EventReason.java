package dev.mayfly.operator.event;

/**
 * Every reason that only Events and terminations have, named as they name it. Problems of replicas have an Event with the
 * reason of the condition, see {@link dev.mayfly.core.status.Reason}. {@code docs/reference/conditions.md} is made of both
 * lists, and a test refuses a reason that is on neither.
 */
public enum EventReason {
    SuccessfulCreate("Replicas were started.", "Nothing.", ""),
    SuccessfulDelete("Replicas were removed.", "Nothing.", ""),
    FailedDelete(
            "The engine refused to remove a container; it is tried again.", "Read the engine's words.", "docker ps -a"),
    FailedHold(
            "The engine refused to hold a warm replica; it is tried again.",
            "Read the engine's words.",
            "docker ps -a"),
    ScaledToZero("No client connected for `idleSeconds`, so all replicas end.", "Nothing.", ""),
    ScaledFromZero("A client connected, so replicas start.", "Nothing.", ""),
    ActivationTimedOut(
            "Clients waited too long for a replica, and were turned away.", "Read `Degraded`.", Commands.DESCRIBE),
    NodeLost(
            "The node of a Pod that is to end does not answer.",
            "Make the node answer, or delete its Node object.",
            "kubectl get nodes"),
    BackOff("A replica that failed waits before it is started again.", "Read `Degraded`.", Commands.DESCRIBE),
    ReplicaEnded("A replica ended by itself, or somebody ended it.", "Read how it ended.", Commands.TERMINATIONS),
    Stopped(
            "Event: a replica wrote, and its slot was abandoned. Termination: it ended within its grace period.",
            "Mount a volume where it writes.",
            Commands.FINDINGS),
    GraceExceeded("It did not end within its grace period, and was killed.", "Handle SIGTERM.", Commands.TERMINATIONS),
    EngineLost("How the attempt ended is not known, so its index is run again.", "Nothing.", ""),
    FailedPreStopHook("The preStop command failed; the stop continues.", "Correct the command.", Commands.DESCRIBE),
    ProbeWarning("A probe succeeded with a warning.", "Read the warning.", Commands.DESCRIBE),
    ContainerRestarted("Another client of the engine restarted a container.", "Let Mayfly do it.", Commands.ENGINE),
    ContainerStarted("Another client of the engine started a waiting container.", "Let Mayfly do it.", Commands.ENGINE),
    ContainerUpdated(
            "Another client of the engine changed a container's limits.", "Change the template.", Commands.ENGINE),
    ContainerWritten("Another client of the engine copied files into a container.", "Use a volume.", Commands.ENGINE),
    ContainerCommitted("Another client of the engine made an image of a container.", "Remove it.", "docker images"),
    ContainerConnected(
            "Another client of the engine connected a container to a network.", "Disconnect it.", Commands.ENGINE),
    ContainerDisconnected(
            "Another client of the engine disconnected a container.", "Nothing: replaced.", Commands.ENGINE),
    ContainerRenamed("Another client of the engine renamed a container.", "Nothing: it is replaced.", Commands.ENGINE),
    ContainerPaused("Another client of the engine paused a container.", "Nothing: it is continued.", Commands.ENGINE),
    ReleaseInterrupted(
            "An operator ended while it released a replica from the warm pool.", "Nothing: it is continued.", ""),
    ContainerSignalled("Another client of the engine sent a signal.", "Find who does.", Commands.ENGINE),
    ContainerRemoved("Another client of the engine removed a container.", "Let Mayfly do it.", Commands.ENGINE),
    WriteFound("A replica wrote outside of volumes and scratch.", "Mount a volume there.", Commands.FINDINGS),
    InvalidEnvironmentVariableNames(
            "Keys of `envFrom` that can't be names of variables are left out.", "Rename the keys.", Commands.DESCRIBE),
    FailedToRetrieveImagePullSecret(
            "Images are pulled without some Secrets.", "Create them.", "kubectl get secrets -n NAMESPACE"),
    ImageCheckFailed(
            "The registry could not be asked whether the tag moved.", "Check the registry.", "docker pull IMAGE"),
    SelectedNode("A claim that waited for its first consumer gets a volume here.", "Nothing.", ""),
    ImagesReclaimed("Unused images were removed, as the policy wants.", "Nothing.", ""),
    Receipt(
            "The workload or task is deleted; what it did and left is listed.",
            "Remove what is left.",
            "mayfly leftovers"),
    LeftBehind("Something of a deleted owner could not be removed.", "Remove it.", "mayfly leftovers"),
    OrphansHeld(
            "Containers without an owner are kept, since they are too many at once.",
            "Look through them.",
            "mayfly leftovers");

    private final String meaning;
    private final String toDo;
    private final String command;

    EventReason(String meaning, String toDo, String command) {
        this.meaning = meaning;
        this.toDo = toDo;
        this.command = command;
    }

    /** One sentence. */
    public String meaning() {
        return meaning;
    }

    /** One sentence, for the person who reads the Event. */
    public String toDo() {
        return toDo;
    }

    /** Shows more, or does it; names in capitals are to be filled in. Empty: none is needed. */
    public String command() {
        return command;
    }

    private static final class Commands {
        private static final String DESCRIBE = "kubectl describe ew NAME";
        private static final String TERMINATIONS = "kubectl get ew NAME -o jsonpath='{.status.lastTerminations}'";
        private static final String FINDINGS = "kubectl get ew NAME -o jsonpath='{.status.ephemerality}'";
        private static final String ENGINE = "docker events --since 1h --filter type=container";
    }
}
