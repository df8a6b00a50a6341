package dev.mayfly.host;

/** Slows long work on the disk down, for the sake of others who wait for the same disk. */
@FunctionalInterface
public interface Pace {
    /** For work that nobody waits for. */
    Pace FREE = () -> {};

    /** Called again and again while the work goes on, each time after a small part of it. May wait. */
    void pause();
}
