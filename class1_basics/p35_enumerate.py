"""
Index and element together
==========================

枚举元素

For a loop that needs the number of an element as well as the element, such as the number of a step or an epoch.
用于既需要元素、又需要它的序号的循环，例如第几个 step、第几个 epoch。

:Notes: 1.4 TF2常用函数 › 枚举元素
:Data: none
:Expect: 0 one, 1 two, 2 three
:Time: 0.2 s
"""

from common.options import options

options(__doc__)  # answers --help

seq = ["one", "two", "three"]  # <- a list of the words one, two, three
for i, element in enumerate(seq):  # <- print the number and the word
    print(i, element)
