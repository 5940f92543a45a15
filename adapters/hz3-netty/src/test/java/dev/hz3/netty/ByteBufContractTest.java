package dev.hz3.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Netty may expect of a buffer. Where there is much to it, Netty's own buffer in an array is asked the same.
final class ByteBufContractTest {

    @Test
    void values_of_every_width_and_order_are_those_that_netty_would_store() {
        Random random = new Random(24);
        try (Fixture on = new Fixture()) {
            ByteBuf ours = on.direct(97);
            ByteBuf theirs = Unpooled.buffer(97);
            theirs.setZero(0, 97);
            ours.setZero(0, 97);
            for (int i = 0; i < 2_000; i++) {
                long value = random.nextLong();
                int index = random.nextInt(90);
                for (ByteBuf buffer : new ByteBuf[] {ours, theirs}) {
                    switch (i % 9) {
                        case 0 -> buffer.setByte(index, (int) value);
                        case 1 -> buffer.setShort(index, (int) value);
                        case 2 -> buffer.setShortLE(index, (int) value);
                        case 3 -> buffer.setMedium(index, (int) value);
                        case 4 -> buffer.setMediumLE(index, (int) value);
                        case 5 -> buffer.setInt(index, (int) value);
                        case 6 -> buffer.setIntLE(index, (int) value);
                        case 7 -> buffer.setLong(index % 89, value);
                        default -> buffer.setLongLE(index % 89, value);
                    }
                }
                int at = random.nextInt(89);
                assertEquals(theirs.getByte(at), ours.getByte(at));
                assertEquals(theirs.getShort(at), ours.getShort(at));
                assertEquals(theirs.getShortLE(at), ours.getShortLE(at));
                assertEquals(theirs.getUnsignedMedium(at), ours.getUnsignedMedium(at));
                assertEquals(theirs.getUnsignedMediumLE(at), ours.getUnsignedMediumLE(at));
                assertEquals(theirs.getInt(at), ours.getInt(at));
                assertEquals(theirs.getIntLE(at), ours.getIntLE(at));
                assertEquals(theirs.getLong(at), ours.getLong(at));
                assertEquals(theirs.getLongLE(at), ours.getLongLE(at));
            }
            assertEquals(theirs.setIndex(0, 97), ours.setIndex(0, 97));
            assertTrue(ours.release());
            theirs.release();
        }
    }

    @Test
    void an_index_outside_the_capacity_is_refused_although_the_block_goes_on() {
        try (Fixture on = new Fixture()) {
            ByteBuf buffer = on.direct(17);
            assertTrue(on.heap.usableSize(Fixture.addressOf(buffer)) > 17);
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(17));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.setLong(10, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.setZero(10, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.getBytes(10, new byte[8]));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.setBytes(10, ByteBuffer.allocate(8)));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.nioBuffer(10, 8));
            assertEquals(17, buffer.nioBuffer(0, 17).capacity());
            assertTrue(buffer.release());
        }
    }

    @Test
    void it_grows_in_place_where_the_block_has_room_and_moves_with_its_bytes_where_not() {
        try (Fixture on = new Fixture()) {
            ByteBuf buffer = on.direct(4097).writeLong(42);
            long address = Fixture.addressOf(buffer);
            int room = (int) on.heap.usableSize(address);
            buffer.capacity(room);
            assertEquals(address, Fixture.addressOf(buffer));
            buffer.capacity(room + 1);
            assertNotEquals(address, Fixture.addressOf(buffer));
            assertEquals(42, buffer.getLong(0));
            assertEquals(room + 1, buffer.capacity());
            on.proven(buffer);
            assertEquals(on.heap.goodSize(room + 1), on.heap.stats().liveBytes(), "the old block is out");
            buffer.writerIndex(room).capacity(100);
            assertEquals(100, buffer.writerIndex());
            assertEquals(42, buffer.getLong(0));
            assertEquals(on.heap.goodSize(100), on.heap.stats().liveBytes(), "a small part keeps no large block");
            assertTrue(buffer.release());
        }
    }

    @Test
    void writing_makes_it_grow_up_to_its_maximum_and_no_further() {
        try (Fixture on = new Fixture()) {
            ByteBuf buffer = on.proven(on.allocator.directBuffer(1, 100_000));
            for (int i = 0; i < 25_000; i++) {
                buffer.writeInt(i);
            }
            for (int i = 0; i < 25_000; i++) {
                assertEquals(i, buffer.readInt());
            }
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.writeByte(1));
            buffer.readerIndex(50_000).discardReadBytes();
            assertEquals(12_500, buffer.getInt(0));
            on.proven(buffer);
            assertTrue(buffer.release());
        }
    }

    @Test
    void bytes_go_between_buffers_of_every_kind() {
        byte[] bytes = new byte[1000];
        new Random(1).nextBytes(bytes);
        try (Fixture on = new Fixture()) {
            ByteBuf from = on.direct(1000).writeBytes(bytes);
            ByteBuf parts = on.allocator.compositeBuffer()
                    .addComponents(true, on.direct(400).writeZero(400), on.allocator.heapBuffer(600).writeZero(600));
            ByteBuf netty = Unpooled.directBuffer(1000).writeZero(1000);
            ByteBuf[] kinds = {on.direct(1000), on.allocator.heapBuffer(1000), netty, parts, on.direct(1200).slice(100, 1000), on.direct(1000).duplicate()};
            for (ByteBuf to : kinds) {
                from.getBytes(1, to, 2, 990);
                ByteBuf back = on.direct(1000);
                back.setBytes(3, to, 2, 990);
                byte[] seen = new byte[990];
                back.getBytes(3, seen);
                assertArrayEquals(Arrays.copyOfRange(bytes, 1, 991), seen, to.toString());
                back.release();
                to.release();
            }
            from.setBytes(10, from, 0, 900); // over itself
            assertEquals(bytes[899], from.getByte(909));
            assertEquals(bytes[0], from.getByte(10));
            ByteBuffer plain = ByteBuffer.allocate(50);
            from.getBytes(10, plain);
            assertEquals(bytes[49], plain.get(49));
            assertThrows(ReadOnlyBufferException.class, () -> from.getBytes(0, ByteBuffer.allocate(4).asReadOnlyBuffer()));
            ByteBuf copy = on.proven(from.copy(10, 100));
            assertEquals(bytes[99], copy.getByte(99));
            copy.release();
            from.release();
        }
    }

    @Test
    @SuppressWarnings("try") // closed too early on purpose
    void streams_and_channels_are_read_and_written(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[20_000];
        new Random(2).nextBytes(bytes);
        try (Fixture on = new Fixture();
                FileChannel file = FileChannel.open(folder.resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuf buffer = on.direct(20_000);
            assertEquals(20_000, buffer.writeBytes(new ByteArrayInputStream(bytes), 20_000));
            assertEquals(-1, buffer.setBytes(0, new ByteArrayInputStream(new byte[0]), 10));
            assertEquals(5, buffer.setBytes(0, new ByteArrayInputStream(bytes, 0, 5), 10));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            buffer.getBytes(0, out, 20_000);
            assertArrayEquals(bytes, out.toByteArray());
            assertEquals(20_000, buffer.readBytes(file, 20_000));
            assertEquals(100, buffer.getBytes(0, file, 20_000, 100));
            ByteBuf again = on.direct(20_100);
            assertEquals(20_100, again.setBytes(0, file, 0L, 20_100));
            assertEquals(bytes[19_999], again.getByte(19_999));
            assertEquals(bytes[99], again.getByte(20_099));
            file.position(0);
            assertEquals(100, again.setBytes(0, file, 100));
            file.close();
            assertEquals(-1, again.setBytes(0, file, 100));
            again.release();
            buffer.release();
        }
    }

    @Test
    void views_share_the_bytes_and_the_count() {
        try (Fixture on = new Fixture()) {
            ByteBuf buffer = on.direct(64).writeZero(64);
            ByteBuf slice = buffer.retainedSlice(8, 8);
            assertEquals(2, buffer.refCnt());
            slice.setLong(0, 9);
            assertEquals(9, buffer.getLong(8));
            ByteBuffer nio = buffer.internalNioBuffer(8, 8);
            assertEquals(9, nio.getLong());
            buffer.nioBuffers(0, 64)[0].putLong(0, 3);
            assertEquals(3, buffer.getLong(0));
            assertEquals(1, buffer.nioBufferCount());
            assertTrue(buffer.isContiguous());
            assertThrows(UnsupportedOperationException.class, buffer::array);
            assertThrows(UnsupportedOperationException.class, buffer::arrayOffset);
            if (buffer.hasMemoryAddress()) {
                assertEquals(Fixture.addressOf(buffer), buffer.memoryAddress());
            } else {
                assertThrows(UnsupportedOperationException.class, buffer::memoryAddress);
            }
            assertTrue(!slice.release());
            assertTrue(buffer.release());
        }
    }
}
