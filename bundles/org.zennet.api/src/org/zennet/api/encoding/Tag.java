package org.zennet.api.encoding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.zennet.api.value.Hash;

/**
 * The one registry of tags. A tag separates domains twice: its code opens every message, and its name makes the hash
 * that is signed differ from that of every other kind of message. Codes are never re-used.
 */
public enum Tag {
    // 0x01..: XenCoin
    TRANSACTION(0x0101, "tx"),
    WITNESS(0x0102, "witness"),
    SIGHASH(0x0103, "sighash"),
    BLOCK(0x0104, "block"),
    GENESIS(0x0105, "genesis"),
    ANNOUNCEMENT(0x0106, "announcement"),
    UNDO(0x0107, "undo"),
    // 0x02..: channels
    VOUCHER(0x0201, "voucher"),
    TICK(0x0202, "tick"),
    CHANNEL_STATE(0x0203, "channel-state"),
    CHANNEL_SYNC(0x0204, "channel-sync"),
    // 0x03..: network
    HELLO(0x0301, "hello"),
    IDENTITY_PROOF(0x0302, "identity-proof"),
    STREAM_FRAME(0x0303, "stream-frame"),
    PEER_ADDRESSES(0x0304, "peer-addresses"),
    // 0x04..: market
    DESCRIPTOR(0x0401, "descriptor"),
    OFFER(0x0402, "offer"),
    COUNTER_OFFER(0x0403, "counter-offer"),
    REFUSAL(0x0404, "refusal"),
    CONTRACT(0x0405, "contract"),
    SIGNED_CONTRACT(0x0406, "signed-contract"),
    READY(0x0407, "ready"),
    FUNDED(0x0408, "funded"),
    ANNOUNCEMENT_PROOF(0x0409, "announcement-proof"),
    ACCEPTANCE(0x040A, "acceptance"),
    // 0x05..: lease
    TASK(0x0501, "task"),
    TASK_RESULT(0x0502, "task-result"),
    RESULT_STATEMENT(0x0503, "result-statement"),
    CONTENT_REQUEST(0x0504, "content-request"),
    CONTENT(0x0505, "content"),
    USAGE_STATEMENT(0x0506, "usage-statement"),
    SIGNED_STATEMENT(0x0507, "signed-statement"),
    PAYMENT(0x0508, "payment"),
    VERDICT(0x0509, "verdict"),
    CLOSE(0x050A, "close"),
    RECEIPT(0x050B, "receipt"),
    RESUME(0x050C, "resume"),
    STARTED(0x050D, "started"),
    RESUMED(0x050E, "resumed"),
    PAUSE(0x050F, "pause"),
    SHELL_OPEN(0x0510, "shell-open"),
    SHELL_READY(0x0511, "shell-ready"),
    SHELL_DATA(0x0512, "shell-data"),
    SHELL_ACK(0x0513, "shell-ack"),
    SHELL_END(0x0514, "shell-end"),
    IMAGE_PROGRESS(0x0515, "image-progress"),
    // 0x06..: things stored by one process only
    LEASE_STATE(0x0601, "lease-state"),
    JOB_STATE(0x0602, "job-state"),
    JOB(0x0603, "job"),
    // 0x07..: node and keeper
    KEEPER(0x0701, "keeper"),
    CHAIN_PEER(0x0702, "chain-peer"),
    // test records
    TEST(0x7F01, "test");

    private static final Map<Integer, Tag> BY_CODE = new HashMap<>();
    private final int code;
    private final byte[] prefix;

    static {
        for (Tag t : values()) {
            if (BY_CODE.put(t.code, t) != null) {
                throw new ExceptionInInitializerError("two tags share the code " + t.code);
            }
        }
    }

    Tag(int code, String name) {
        this.code = code;
        this.prefix = sha256().digest(("Zennet/1/" + name).getBytes(StandardCharsets.US_ASCII));
    }

    /** The two bytes that open a message of this kind. */
    public int code() {
        return code;
    }

    /** The tag of a code. */
    public static Tag ofCode(int code) throws EncodingException {
        Tag tag = BY_CODE.get(code);
        if (tag == null) {
            throw new EncodingException("unknown kind of message 0x" + Integer.toHexString(code));
        }
        return tag;
    }

    /**
     * The tagged SHA-256 of some bytes: SHA256(SHA256(name) || SHA256(name) || bytes), as BIP340 defines it, with
     * {@code Zennet/1/<name>} for the name.
     */
    public Hash hash(byte[]... parts) {
        MessageDigest digest = sha256();
        digest.update(prefix);
        digest.update(prefix);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return Hash.of(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
