package org.zennet.provider.internal.owner;

import java.util.OptionalLong;

/** What the operating system tells about its owner. */
public interface HostWatch {
    /**
     * What it tells now. Takes a few milliseconds.
     *
     * @param now in milliseconds since 1970
     */
    Sample sample(long now);

    /**
     * What it told.
     *
     * @param busyMicros processor time of all programs and all cores since the start of the machine, in microseconds; empty where
     *                   it can't be told
     * @param ownMicros  of this process
     * @param cores      how many cores there are
     * @param inputAt    the newest input at a terminal or console, in milliseconds since 1970; 0 where none was seen
     */
    record Sample(OptionalLong busyMicros, long ownMicros, int cores, long inputAt) { }
}
