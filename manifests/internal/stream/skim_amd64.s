#include "textflag.h"

// Each constant is a byte that the search compares with.
DATA ·lineFeed(SB)/1, $0x0A
GLOBL ·lineFeed(SB), RODATA|NOPTR, $1
DATA ·carriageReturn(SB)/1, $0x0D
GLOBL ·carriageReturn(SB), RODATA|NOPTR, $1
DATA ·space(SB)/1, $0x20
GLOBL ·space(SB), RODATA|NOPTR, $1
DATA ·backslash(SB)/1, $0x5C
GLOBL ·backslash(SB), RODATA|NOPTR, $1
DATA ·caseless(SB)/1, $0xDF
GLOBL ·caseless(SB), RODATA|NOPTR, $1
DATA ·breakHead(SB)/1, $0xC2
GLOBL ·breakHead(SB), RODATA|NOPTR, $1
DATA ·letterG(SB)/1, $0x67
GLOBL ·letterG(SB), RODATA|NOPTR, $1
DATA ·letterL(SB)/1, $0x6C
GLOBL ·letterL(SB), RODATA|NOPTR, $1

// func skimBlocks(data *byte, n int) int
//
// A block is 32 bytes, and two more bytes behind it are compared, so that nothing behind data[:n] is read.
TEXT ·skimBlocks(SB), NOSPLIT, $0-24
	MOVQ data+0(FP), SI
	MOVQ n+8(FP), BX
	XORQ AX, AX
	SUBQ $34, BX
	JLT  none
	VPBROADCASTB ·lineFeed(SB), Y0
	VPBROADCASTB ·space(SB), Y1
	VPBROADCASTB ·backslash(SB), Y2
	VPBROADCASTB ·caseless(SB), Y3
	VPBROADCASTB ·breakHead(SB), Y4
	VPBROADCASTB ·letterG(SB), Y5
	VPBROADCASTB ·letterL(SB), Y6
	VPBROADCASTB ·carriageReturn(SB), Y11

block:
	VMOVDQU   (SI)(AX*1), Y7
	VPCMPEQB  1(SI)(AX*1), Y1, Y8  // a space is next
	VPCMPEQB  Y7, Y0, Y9           // a line break
	VPANDN    Y9, Y8, Y9           // a line break and no space
	VPCMPEQB  2(SI)(AX*1), Y6, Y8  // an "l" follows the next byte
	VPCMPEQB  Y7, Y5, Y10          // a "g"
	VPAND     Y8, Y10, Y10
	VPOR      Y10, Y9, Y9
	VPCMPEQB  Y7, Y11, Y10         // a CR
	VPOR      Y10, Y9, Y9
	VPCMPEQB  Y7, Y2, Y10          // a backslash
	VPOR      Y10, Y9, Y9
	VPAND     Y7, Y3, Y10          // 0xE2 becomes 0xC2, and no other byte does
	VPCMPEQB  Y10, Y4, Y10
	VPOR      Y10, Y9, Y9
	VPMOVMSKB Y9, DX
	TESTL     DX, DX
	JNZ       found
	ADDQ      $32, AX
	CMPQ      AX, BX
	JLE       block
	VZEROUPPER

none:
	MOVQ AX, ret+16(FP)
	RET

found:
	BSFL DX, DX
	ADDQ DX, AX
	VZEROUPPER
	MOVQ AX, ret+16(FP)
	RET
