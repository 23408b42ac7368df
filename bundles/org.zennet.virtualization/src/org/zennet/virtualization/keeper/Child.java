package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.UsageVector;

/**
 * One child. Calls come one at a time, but for {@link #sample}, {@link #overLimit}, {@link #exec} and {@link #destroy},
 * which may come from any thread at any time after {@link #launch} began.
 */
@ConsumerType
public interface Child {
    /** Starts it; at its end it has told its owner that it is ready, refused or gone. At most 60 s. */
    void launch() throws IOException, KeeperException, InterruptedException;

    /** Begins a task; one at a time. Must not block. Its end is told to the owner. */
    void run(long number, Wire.Run task);

    /** Tells the running task of that number to end. Must not block. */
    void interrupt(long number);

    /** Freezes or thaws all of it. */
    void freeze(boolean frozen) throws IOException;

    /** What was used since it was ready; costs well below a millisecond. */
    UsageVector sample();

    /** Takes the last sample: nothing is metered any more. */
    void endMeter();

    /** Why it must be ended now since it holds more than it may; asked four times a second. */
    default Optional<String> overLimit() {
        return Optional.empty();
    }

    /** Kills it and all that belongs to it. Must not block; when nothing is left of it the owner is told so. */
    void destroy();

    /** Its process; 0 before there is one. */
    int pid();

    /** Starts a program beside the task. */
    default Program exec(Wire.Exec order, ProgramListener listener) throws KeeperException {
        throw new KeeperException("this kind of container runs no programs beside its task");
    }

    /** What becomes of a child; none of these blocks. What is told of a task that does not run is left out. */
    @ConsumerType
    interface Owner {
        /** It is ready for tasks: metering begins. */
        void ready();

        /** The module or image can't be used. */
        void refused(String why);

        /** A piece of a task's output. Answers whether more is wanted. */
        boolean out(long number, byte[] bytes) throws IOException;

        /** A piece of its messages. */
        void err(long number, byte[] bytes);

        /** The file with the archive of what it left, which is taken over, and how many bytes of content are in it. */
        void files(long number, java.nio.file.Path archive, long content) throws IOException;

        /** The task's end, with its fuel where that was counted. */
        void ended(long number, Outcome.Reason reason, int exitCode, String detail, Optional<Fuel> fuel);

        /**
         * How the task ended is known, and something is still to be found out about it: its time limit does not hold any
         * more. Should that take longer than so many milliseconds it ends all the same.
         */
        void overtime(long number, long mostMillis, Outcome.Reason reason, String detail);

        /** It broke a rule and must be ended. */
        void broken(String why);

        /** Nothing is left of it. */
        void gone(String why);

        /** Its memory limit killed it as a whole. */
        void outOfMemory(String why);
    }
}
