package dev.mayfly.bench.page;

/** The scenarios in which each contender is measured. */
enum Scenario {
    ONE("0 → 1"),
    UP("0 → N"),
    DOWN("N → 0"),
    ROLLOUT("rollout of K"),
    KILL("killed → the next runs"),
    KILLED_AGAIN("killed again");

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    /** @param size of the scale-ups and scale-downs @param rolled replicas of the rollouts */
    String title(int size, int rolled) {
        return title.replace("N", Integer.toString(size)).replace("K", Integer.toString(rolled));
    }
}
