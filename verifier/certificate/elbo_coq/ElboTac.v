(* What decides an equality of two lines: both are brought to a normal form, which is then compared.
   Where a table may be 0, a summand is looked at where its weights are not 0, and where one is. *)
From Elbo Require Export Elbo ElboFit.
Import ListNotations.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Signs *)
Lemma card_pos' (A : alphabet) : 0 < Sum A (fun _ => 1). Proof. apply card_pos. Qed.
Lemma nn_inv a : 0 <= a -> 0 <= / a.
Proof. intros [H| <-]; [left; now apply Rinv_0_lt_compat|rewrite Rinv_0; lra]. Qed.
Lemma less_nn a b : b <= a -> 0 <= a - b. Proof. lra. Qed.
Lemma nn_div a b : 0 <= a -> 0 <= b -> 0 <= a / b.
Proof. intros; apply Rmult_le_pos; [assumption|now apply nn_inv]. Qed.
Lemma pos_mult_l a b : 0 <= a -> 0 < a * b -> 0 < a.
Proof. intros [H| <-] P; [exact H|rewrite Rmult_0_l in P; lra]. Qed.
Lemma pos_mult_r a b : 0 <= b -> 0 < a * b -> 0 < b.
Proof. intros; apply (pos_mult_l b a); [assumption|now rewrite Rmult_comm]. Qed.
Lemma pos_inv a : 0 <= a -> 0 < / a -> 0 < a.
Proof. intros [H| <-] P; [exact H|rewrite Rinv_0 in P; lra]. Qed.
Lemma pos_div_l a b : 0 <= a -> 0 < a / b -> 0 < a. Proof. apply pos_mult_l. Qed.
Lemma pos_div_r a b : 0 <= b -> 0 < a / b -> 0 < b.
Proof. intros H P. apply pos_inv; [exact H|]. apply (pos_mult_r a); [now apply nn_inv|exact P]. Qed.
Lemma pos_plus_l a b : 0 < a -> 0 <= b -> 0 < a + b. Proof. lra. Qed.
Lemma pos_plus_r a b : 0 <= a -> 0 < b -> 0 < a + b. Proof. lra. Qed.
(** parts of a mixture: where the weight of one is 0, others have all of it *)
Lemma pos_mix x p c : 0 < p -> 0 <= c -> 0 <= x -> (c = 0 -> 0 < x) -> 0 < x + p * c.
Proof.
  intros P [C| <-] X H; [pose proof (Rmult_lt_0_compat p c P C); lra|].
  rewrite Rmult_0_r, Rplus_0_r. now apply H.
Qed.
Lemma pos_not_zero a : 0 <= a -> a <> 0 -> 0 < a. Proof. lra. Qed.
(** a sum of what is never negative is positive when one term is *)
Lemma Sum_pos_at (A : alphabet) (f : A -> R) a : (forall b, 0 <= f b) -> 0 < f a -> 0 < Sum A f.
Proof. intros H P. pose proof (Sum_ge_term A f a H). lra. Qed.
Lemma Sum_zero (A : domain) (f : A -> R) : (forall a, f a = 0) -> Sum A f = 0.
Proof. intros H. rewrite <- (Sum_0 A). now apply Sum_ext. Qed.
Lemma Prod_nonneg (A : domain) f : (forall a, 0 <= f a) -> 0 <= Prod A f.
Proof. intros H. unfold Prod. induction (enum A); simpl; [lra|]. now apply Rmult_le_pos. Qed.
Lemma Sum_pos_ex (A : domain) (f : A -> R) : 0 < Sum A f -> exists a, 0 < f a.
Proof.
  unfold Sum. induction (enum A) as [|a l IH]; simpl; intros H; [lra|].
  destruct (Rlt_dec 0 (f a)) as [P|P]; [now exists a|]. apply IH. lra.
Qed.
(** a step at a point where a weight is 0, and where it isn't *)
Lemma by_weight w (e r : R) : 0 <= w -> (0 < w -> e = r) -> (w = 0 -> e = r) -> e = r.
Proof. intros [H| <-] P Z; auto. Qed.
Lemma zero_by_contra a : 0 <= a -> ~ 0 < a -> a = 0. Proof. lra. Qed.
Lemma zero_mult_l a b : a = 0 -> a * b = 0. Proof. intros ->; ring. Qed.
Lemma zero_mult_r a b : b = 0 -> a * b = 0. Proof. intros ->; ring. Qed.
Lemma zero_inv a : a = 0 -> / a = 0. Proof. intros ->; apply Rinv_0. Qed.
Lemma zero_div_r a b : b = 0 -> a / b = 0. Proof. intros ->; unfold Rdiv; rewrite Rinv_0; ring. Qed.
Lemma zero_plus a b : a = 0 -> b = 0 -> a + b = 0. Proof. intros -> ->; ring. Qed.
Lemma zero_minus a b : a = 0 -> b = 0 -> a - b = 0. Proof. intros -> ->; ring. Qed.
Lemma zero_opp a : a = 0 -> - a = 0. Proof. intros ->; ring. Qed.
Lemma zero_both a b : a = 0 -> b = 0 -> a = b. Proof. congruence. Qed.

(** what a certificate has shown of its densities, where it has *)
Create HintDb elbo discriminated.
Ltac hinted := fail.
Ltac shown := each_fit ltac:(fun H => solve [ apply H; first [ assumption | each_fit ltac:(fun K => solve [ apply K ]) ] ]).
Ltac by_example n := fail. (* below *)
Ltac integer_pos := fail.
Ltac nn :=
  cbv beta;
  lazymatch goal with
  | |- 0 <= ?a * ?b => apply Rmult_le_pos; nn
  | |- 0 <= ?a / ?b => apply nn_div; nn
  | |- 0 <= / ?a => apply nn_inv; nn
  | |- 0 <= ?a + ?b => apply Rplus_le_le_0_compat; nn
  | |- 0 <= ?a ^ _ => apply pow_le; nn
  | |- 0 <= Sum _ _ => apply Sum_nonneg; let z := fresh "z" in intros z; nn
  | |- 0 <= Prod _ _ => apply Prod_nonneg; let z := fresh "z" in intros z; nn
  | |- 0 <= exp _ => left; apply exp_pos
  | |- 0 <= ln _ => fail
  | |- 0 <= _ - _ => first [ lra | apply less_nn; each_fit ltac:(fun H => solve [ apply H ]) ]
  | |- 0 <= _ => first [ assumption
                       | hinted
                       | shown
                       | left; assumption
                       | left; each_fit ltac:(fun H => solve [ apply H ])
                       | lra
                       | left; integer_pos ]
  end.
Ltac by_normal_form n := fail.
(** what files that come after know of sums over more than alphabets: where one is positive, of which
    domains values are in bounds, how one is summed out, what is in bounds, and parts of a weight *)
Ltac pos_more n := fail.
Ltac is_bounded D := fail.
Ltac is_spelt D := fail.
Ltac sum_more k := fail.
Ltac atom_more k := fail.
Ltac one_more := fail.
Ltac weigh_before k := fail.
Ltac in_bounds := fail.
Ltac by_average := fail.
Ltac bounds_of H := idtac.
Ltac parts_more K := idtac.
(** what is said twice, of which one is looked at for nothing *)
Ltac once_each := repeat match goal with H : forall _, _, K : ?T |- _ =>
  let S := type of H in constr_eq S T; tryif constr_eq H K then fail else clear H end.
(** 0 < t, by what is around; n: how many hypotheses of the form "this is positive where that is"
    may be used one after the other *)
Ltac posn n :=
  cbv beta;
  lazymatch goal with
  | |- 0 < ?a * ?b => first [ assumption | apply Rmult_lt_0_compat; posn n ]
  | |- 0 < ?a / ?b => first [ assumption | apply Rdiv_lt_0_compat; posn n ]
  | |- 0 < / ?a => apply Rinv_0_lt_compat; posn n
  | |- 0 < ?a + ?b => first [ apply pos_plus_l; [posn n | nn] | apply pos_plus_r; [nn | posn n] | mixed n | lra | integer_pos ]
  | |- 0 < ?a ^ _ => apply pow_lt; posn n
  | |- 0 < Sum _ _ => first [ assumption
      | pos_more n
      | apply Sum_pos; let z := fresh "z" in intros z; solve [ posn O ]
      | match goal with a : carrier ?A |- 0 < Sum ?A _ => apply (Sum_pos_at _ _ a);
          [ let z := fresh "z" in intros z; nn | solve [ posn n ] ] end
      | by_known n
      | by_example n
      | by_normal_form n
      | by_average ]
  | |- 0 < Prod _ _ => first [ assumption | pos_more n | apply Prod_pos; let z := fresh "z" in intros z; posn n ]
  | |- 0 < exp _ => apply exp_pos
  | |- 0 < ln _ => fail
  | |- 0 < _ => first [ assumption
      | hinted
      | possible n; first [ shown
      | by_known n
      | integer_pos
      | lra ] ]
  end
with mixed n := lazymatch goal with
  | |- 0 < ?x + ?p * ?c => first [ apply (pos_mix x p c); [ posn n | nn | nn | intros ?; mixed n ]
                                 | rewrite (Rmult_comm p c); apply (pos_mix x c p); [ posn n | nn | nn | intros ?; mixed n ] ]
  | |- 0 < _ * _ => apply Rmult_lt_0_compat; first [ lra | posn n ]
  end
with by_known n :=
  lazymatch n with
  | S ?m => first [ each_fit ltac:(fun H => solve [ eapply H; first [ eassumption | posn m | in_bounds ] ])
                  | lazymatch goal with |- 0 < ?t => each_over ltac:(fun H =>
                      solve [ eapply (pos_div_l t); [ | eapply H; first [ eassumption | posn m ] ]; nn ]) end ]
  | O => fail
  end.
Ltac pos := first [ posn 3%nat | by_known 1%nat ].
Ltac nz := apply Rgt_not_eq; unfold Rgt; pos.
Ltac nzs := repeat match goal with |- _ /\ _ => split end; first [nz | lra | apply Rlt_not_eq; lra].
(** what follows from the positivity of a product that is known *)
Ltac add H := let T := type of H in
  match goal with _ : T |- _ => idtac | _ => let K := fresh "K" in pose proof H as K; split_pos_of K end
with split_pos_of K :=
  cbv beta in K;
  lazymatch type of K with
  | 0 < ?a * ?b => try (let N := fresh in assert (N : 0 <= a) by nn; add (pos_mult_l a b N K); clear N);
                   try (let N := fresh in assert (N : 0 <= b) by nn; add (pos_mult_r a b N K); clear N)
  | 0 < ?a / ?b => try (let N := fresh in assert (N : 0 <= a) by nn; add (pos_div_l a b N K); clear N);
                   try (let N := fresh in assert (N : 0 <= b) by nn; add (pos_div_r a b N K); clear N)
  | 0 < / ?a => try (let N := fresh in assert (N : 0 <= a) by nn; add (pos_inv a N K); clear N)
  | 0 < Prod _ _ => parts_more K
  | _ => idtac
  end.
Ltac split_pos := repeat match goal with
  | K : 0 < _ * _ |- _ => split_pos_of K; revert K
  | K : 0 < _ / _ |- _ => split_pos_of K; revert K
  | K : 0 < / _ |- _ => split_pos_of K; revert K
  | K : 0 < Prod _ _ |- _ => split_pos_of K; revert K
  | K : ?a <> 0 |- _ => try (let N := fresh in assert (N : 0 <= a) by nn; add (pos_not_zero a N K); clear N); revert K
  end; intros.
(** a sum that is positive has a term that is *)
Ltac by_example n ::=
  lazymatch n with
  | S ?m => match goal with
            | H : 0 < Sum ?A ?f |- 0 < Sum ?A ?g =>
                let a := fresh "a" in let P := fresh in
                destruct (Sum_pos_ex A f H) as [a P]; clear H; cbv beta in P; split_pos;
                apply (Sum_pos_at _ g a); [ let z := fresh "z" in intros z; nn | solve [ posn m ] ]
            end
  | O => fail
  end.
(** e = 0, at a point where something is 0 *)
Ltac zr :=
  cbv beta;
  lazymatch goal with
  | |- 0 = 0 => reflexivity
  | |- ?a * ?b = 0 => first [ assumption | apply zero_mult_l; solve [zr] | apply zero_mult_r; solve [zr] ]
  | |- ?a / ?b = 0 => first [ assumption | apply zero_mult_l; solve [zr] | apply zero_div_r; solve [zr] ]
  | |- / ?a = 0 => apply zero_inv; zr
  | |- ?a + ?b = 0 => apply zero_plus; zr
  | |- ?a - ?b = 0 => apply zero_minus; zr
  | |- - ?a = 0 => apply zero_opp; zr
  | |- Sum _ _ = 0 => first [ assumption | apply Sum_zero; let z := fresh "z" in intros z; solve [zr] | zr_contra ]
  | |- ln _ = 0 => fail
  | |- _ = 0 => first [ assumption | zr_contra ]
  end
with zr_contra := apply zero_by_contra; [ solve [nn] |
    let Hp := fresh "Hp" in intros Hp;
    match goal with Z : ?f = 0 |- False =>
      let P := fresh in assert (P : 0 < f) by pos; rewrite Z in P; exact (Rlt_irrefl 0 P) end ].

(* ------------------------------------------------------------------ *)
(** * Shallow polynomials: lists (sums) of lists (products) of reals *)
Definition mprod (m : list R) : R := fold_right Rmult 1 m.
Definition psum (P : list (list R)) : R := fold_right (fun m s => mprod m + s) 0 P.

Lemma mprod_app m n : mprod (m ++ n) = mprod m * mprod n.
Proof. induction m; simpl; [ring|rewrite IHm; ring]. Qed.
Lemma psum_app P Q : psum (P ++ Q) = psum P + psum Q.
Proof. induction P; simpl; [ring|rewrite IHP; ring]. Qed.
Lemma psum_scal m Q : psum (map (fun n => m ++ n) Q) = mprod m * psum Q.
Proof. induction Q; simpl; [ring|rewrite IHQ, mprod_app; ring]. Qed.
Definition pmul (P Q : list (list R)) := flat_map (fun m => map (fun n => m ++ n) Q) P.
Lemma psum_mul P Q : psum (pmul P Q) = psum P * psum Q.
Proof.
  induction P as [|m P IH]; simpl; [ring|].
  unfold pmul in *. simpl. rewrite psum_app, psum_scal, IH. ring.
Qed.
Definition popp (P : list (list R)) := map (fun m => (-1) :: m) P.
Lemma psum_opp P : psum (popp P) = - psum P.
Proof. induction P; simpl; [ring|rewrite IHP; ring]. Qed.
Definition minv (m : list R) := map Rinv m.
Lemma mprod_inv m : mprod (minv m) = / mprod m.
Proof. induction m; simpl; [now rewrite Rinv_1|now rewrite IHm, Rinv_mult]. Qed.

Lemma zero_mono_here f l : f = 0 -> mprod (f :: l) = 0. Proof. intros ->; simpl; ring. Qed.
Lemma zero_mono_there f l : mprod l = 0 -> mprod (f :: l) = 0. Proof. simpl; intros ->; ring. Qed.
Lemma zero_poly m P : mprod m = 0 -> psum P = 0 -> psum (m :: P) = 0. Proof. simpl; intros -> ->; ring. Qed.
Ltac zr_mono := lazymatch goal with
  | |- mprod nil = 0 => fail
  | |- mprod (_ :: _) = 0 => first [ apply zero_mono_here; solve [zr] | apply zero_mono_there; zr_mono ] end.
Ltac zr_known := lazymatch goal with
  | |- mprod (_ :: _) = 0 => first [ apply zero_mono_here; assumption | apply zero_mono_there; zr_known ] end.

Lemma nf_eq a P Q : a = psum P -> P = Q -> a = psum Q. Proof. now intros -> ->. Qed.
Lemma nf_add a b P Q S : a = psum P -> b = psum Q -> P ++ Q = S -> a + b = psum S.
Proof. intros -> -> <-. now rewrite psum_app. Qed.
Lemma nf_sub a b P Q S : a = psum P -> b = psum Q -> P ++ popp Q = S -> a - b = psum S.
Proof. intros -> -> <-. rewrite psum_app, psum_opp. ring. Qed.
Lemma nf_opp a P S : a = psum P -> popp P = S -> - a = psum S.
Proof. intros -> <-. now rewrite psum_opp. Qed.
Lemma nf_mul a b P Q S : a = psum P -> b = psum Q -> pmul P Q = S -> a * b = psum S.
Proof. intros -> -> <-. now rewrite psum_mul. Qed.
Lemma nf_div a b P Q S : a = psum P -> / b = psum Q -> pmul P Q = S -> a / b = psum S.
Proof. intros -> Hb <-. unfold Rdiv. now rewrite psum_mul, Hb. Qed.
Lemma nf_0 : 0 = psum nil. Proof. reflexivity. Qed.
Lemma nf_1 : 1 = psum [[]]. Proof. simpl. ring. Qed.
Lemma nf_atom a : a = psum [[a]]. Proof. simpl. ring. Qed.
Lemma nf_inv_mono a m S : a = psum [m] -> minv m = S -> / a = psum [S].
Proof. intros -> <-. simpl. now rewrite mprod_inv, !Rplus_0_r. Qed.
Lemma nf_inv_atom a b : a = b -> / a = psum [[/ b]].
Proof. intros ->. simpl. ring. Qed.
Lemma nf_inv_eq a b P : a = b -> / b = psum P -> / a = psum P. Proof. now intros ->. Qed.
Lemma nf_inv_inv a P : a = psum P -> / / a = psum P.
Proof. now rewrite Rinv_inv. Qed.
Lemma nf_inv_mul a b P Q S : / a = psum P -> / b = psum Q -> pmul P Q = S -> / (a * b) = psum S.
Proof. intros Ha Hb <-. now rewrite Rinv_mult, psum_mul, Ha, Hb. Qed.
Lemma nf_inv_div a b P Q S : / a = psum P -> b = psum Q -> pmul P Q = S -> / (a / b) = psum S.
Proof. intros Ha Hb <-. unfold Rdiv. now rewrite Rinv_mult, Rinv_inv, psum_mul, Ha, <- Hb. Qed.
(* ln *)
Lemma nf_ln_mul a b P Q S : 0 < a -> 0 < b -> ln a = psum P -> ln b = psum Q -> P ++ Q = S ->
  ln (a * b) = psum S.
Proof. intros Ha Hb H1 H2 <-. now rewrite ln_mult, psum_app, H1, H2. Qed.
Lemma nf_ln_div a b P Q S : 0 < a -> 0 < b -> ln a = psum P -> ln b = psum Q -> P ++ popp Q = S ->
  ln (a / b) = psum S.
Proof. intros Ha Hb H1 H2 <-. rewrite ln_div, psum_app, psum_opp, H1, H2; trivial. Qed.
Lemma nf_ln_inv a P S : 0 < a -> ln a = psum P -> popp P = S -> ln (/ a) = psum S.
Proof. intros Ha H1 <-. now rewrite ln_Rinv, psum_opp, H1. Qed.
Lemma nf_ln_pow a n P S : 0 < a -> INR n * ln a = psum P -> P = S -> ln (a ^ n) = psum S.
Proof. intros Ha H1 <-. now rewrite ln_pow. Qed.
Lemma nf_ln_1 : ln 1 = psum nil. Proof. now rewrite ln_1. Qed.
Lemma nf_ln_exp a P : a = psum P -> ln (exp a) = psum P. Proof. now rewrite ln_exp. Qed.
Lemma nf_ln_Prod (A : domain) (f : A -> R) P : (forall a, In a (enum A) -> 0 < f a) -> Sum A (fun a => ln (f a)) = psum P ->
  ln (Prod A f) = psum P.
Proof. intros Hf <-. now apply ln_Prod_in. Qed.
Lemma nf_ln_eq a b P : a = b -> ln b = psum P -> ln a = psum P. Proof. now intros ->. Qed.
Lemma nf_ln_atom a b : a = b -> ln a = psum [[ln b]]. Proof. intros ->. apply nf_atom. Qed.
(* exp *)
Lemma nf_exp a P M : a = psum P -> exp (psum P) = mprod M -> exp a = psum [M].
Proof. intros -> H. simpl. rewrite H. ring. Qed.
Lemma ex_nil : exp (psum nil) = mprod nil. Proof. apply exp_0. Qed.
Lemma ex_cons m P f M : exp (mprod m) = f -> exp (psum P) = mprod M -> exp (psum (m :: P)) = mprod (f :: M).
Proof. simpl. intros <- <-. apply exp_plus. Qed.
Lemma ex_parts P L S f M : psum P = psum L + psum S -> exp (psum S) = f -> exp (psum L) = mprod M ->
  exp (psum P) = mprod (f :: M).
Proof. simpl. intros -> <- <-. rewrite exp_plus. ring. Qed.
Lemma ex_none P L M : psum P = psum L + psum nil -> exp (psum L) = mprod M -> exp (psum P) = mprod M.
Proof. simpl. intros -> <-. f_equal. ring. Qed.
Lemma ex_both P : psum P = psum nil + psum P. Proof. simpl. ring. Qed.
Lemma ex_this m P L S : psum P = psum L + psum S -> psum (m :: P) = psum (m :: L) + psum S.
Proof. simpl. intros ->. ring. Qed.
Lemma ex_that m P L S : psum P = psum L + psum S -> psum (m :: P) = psum L + psum (m :: S).
Proof. simpl. intros ->. ring. Qed.
Lemma ex_rest S r : psum S = r -> exp (psum S) = exp r. Proof. now intros ->. Qed.
Lemma nf_exp_exp t e P : exp (t * e) = psum P -> exp (t * ln (exp e)) = psum P. Proof. now rewrite ln_exp. Qed.
Lemma nf_exp_over a b c P : b <> 0 -> exp (a * c) = psum P -> exp (a / b * (b * c)) = psum P.
Proof. intros Hb <-. f_equal. now field. Qed.
Lemma ex_ln a : 0 < a -> exp (mprod [ln a]) = a. Proof. simpl. intros. rewrite Rmult_1_r. now apply exp_ln. Qed.
Lemma ex_opp m f : exp (mprod m) = f -> exp (mprod ((-1) :: m)) = / f.
Proof. simpl. intros <-. rewrite <- exp_Ropp. f_equal. ring. Qed.
Lemma ex_mono m r : mprod m = r -> exp (mprod m) = exp r. Proof. now intros ->. Qed.
(* Sum *)
Lemma nf_sum (A : domain) f (P : A -> list (list R)) S :
  (forall a, f a = psum (P a)) -> Sum A (fun a => psum (P a)) = psum S -> Sum A f = psum S.
Proof. intros Hf <-. now apply Sum_ext. Qed.
Lemma nf_sum_in (A : domain) f (P : A -> list (list R)) S :
  (forall a, In a (enum A) -> f a = psum (P a)) -> Sum A (fun a => psum (P a)) = psum S -> Sum A f = psum S.
Proof. intros Hf <-. now apply Sum_ext_in. Qed.
Lemma nf_sum_nil (A : domain) : Sum A (fun a => psum nil) = psum nil.
Proof. apply Sum_0. Qed.
Lemma nf_sum_cons (A : domain) (m : A -> list R) (Q : A -> list (list R)) M S :
  Sum A (fun a => mprod (m a)) = mprod M -> Sum A (fun a => psum (Q a)) = psum S ->
  Sum A (fun a => psum (m a :: Q a)) = psum (M :: S).
Proof. intros H1 H2. simpl. rewrite <- H1, <- H2. apply Sum_plus. Qed.
Lemma nf_sum_mono (A : domain) (m D : A -> list R) I s M :
  (forall a, mprod (m a) = mprod I * mprod (D a)) ->
  Sum A (fun a => mprod (D a)) = mprod s ->
  I ++ s = M ->
  Sum A (fun a => mprod (m a)) = mprod M.
Proof. intros Hm Hs <-. rewrite mprod_app, <- Hs, <- Sum_scal. now apply Sum_ext. Qed.
Lemma sp_nil : mprod nil = mprod nil * mprod nil. Proof. simpl; ring. Qed.
Lemma sp_indep f l I D : mprod l = mprod I * mprod D -> mprod (f :: l) = mprod (f :: I) * mprod D.
Proof. intros H; simpl; rewrite H; ring. Qed.
Lemma sp_dep f l I D : mprod l = mprod I * mprod D -> mprod (f :: l) = mprod I * mprod (f :: D).
Proof. intros H; simpl; rewrite H; ring. Qed.
Lemma sum_atom_one (A : domain) (D : A -> list R) d :
  (forall a, mprod (D a) = d a) -> Sum A d = 1 -> Sum A (fun a => mprod (D a)) = mprod nil.
Proof. intros Hd H. transitivity (Sum A d); [now apply Sum_ext|exact H]. Qed.
Lemma sum_atom_keep (A : domain) (D : A -> list R) d :
  (forall a, mprod (D a) = d a) -> Sum A (fun a => mprod (D a)) = mprod [Sum A d].
Proof. intros Hd. simpl. rewrite Rmult_1_r. now apply Sum_ext. Qed.
Lemma sum_atom_swap (A : domain) (D : A -> list R) d r m :
  (forall a, mprod (D a) = d a) -> Sum A d = r -> r = psum [m] -> Sum A (fun a => mprod (D a)) = mprod m.
Proof. intros Hd <- H. simpl in H. rewrite Rplus_0_r in H. rewrite <- H. now apply Sum_ext. Qed.
(* read-back of monomials / polynomials as ordinary real expressions *)
Lemma rb_nil : mprod nil = 1. Proof. reflexivity. Qed.
Lemma rb_one f : mprod [f] = f. Proof. simpl; ring. Qed.
Lemma rb_cons f l r : mprod l = r -> mprod (f :: l) = f * r. Proof. now intros <-. Qed.
Lemma pb_nil : psum nil = 0. Proof. reflexivity. Qed.
Lemma pb_one m r : mprod m = r -> psum [m] = r. Proof. intros <-; simpl; ring. Qed.
Lemma pb_cons m P r s : mprod m = r -> psum P = s -> psum (m :: P) = r + s. Proof. now intros <- <-. Qed.
Ltac rb_mono := lazymatch goal with
  | |- mprod nil = _ => apply rb_nil
  | |- mprod [?f] = _ => apply rb_one
  | |- mprod (?f :: ?l) = _ => eapply rb_cons; rb_mono end.
Ltac rb_poly := lazymatch goal with
  | |- psum nil = _ => apply pb_nil
  | |- psum [?m] = _ => eapply pb_one; rb_mono
  | |- psum (?m :: ?P) = _ => eapply pb_cons; [rb_mono | rb_poly] end.

(* what is 0 where a weight is: a factor that is, or the product of those that are never negative, which
   can't all be positive *)
Lemma zero_rb m I D r : mprod m = mprod I * mprod D -> mprod D = r -> r = 0 -> mprod m = 0.
Proof. intros -> -> ->. ring. Qed.
Ltac signs_apart := lazymatch goal with
  | |- mprod nil = _ => apply sp_nil
  | |- mprod (?f :: ?l) = _ =>
      tryif (let H := fresh in assert (H : 0 <= f) by nn; clear H) then (eapply sp_dep; signs_apart) else (eapply sp_indep; signs_apart) end.
Ltac zr_whole := eapply zero_rb; [ signs_apart | rb_mono | apply zero_by_contra; [ solve [nn] |
    let Hp := fresh "Hp" in intros Hp; split_pos_of Hp;
    match goal with Z : ?f = 0 |- False =>
      let P := fresh in assert (P : 0 < f) by pos; rewrite Z in P; exact (Rlt_irrefl 0 P) end ] ].
Ltac zr_poly := lazymatch goal with
  | |- psum nil = 0 => reflexivity
  | |- psum (_ :: _) = 0 => apply zero_poly; [ first [ zr_known | zr_whole | zr_mono ] | zr_poly ] end.

(* cancellation of f against /f inside a monomial *)
Lemma rm_here f l : mprod (f :: l) = f * mprod l. Proof. reflexivity. Qed.
Lemma rm_there g f l l' : mprod l = f * mprod l' -> mprod (g :: l) = f * mprod (g :: l').
Proof. intros H; simpl; rewrite H; ring. Qed.
Lemma cn_nil : mprod nil = mprod nil. Proof. reflexivity. Qed.
Lemma cn_keep f l l' : mprod l = mprod l' -> mprod (f :: l) = mprod (f :: l').
Proof. intros H; simpl; now rewrite H. Qed.
Lemma cn_one l l' : mprod l = mprod l' -> mprod (1 :: l) = mprod l'.
Proof. intros H; simpl; rewrite H; ring. Qed.
Lemma cn_mm l l1 l2 : mprod l = (-1) * mprod l1 -> mprod l1 = mprod l2 -> mprod ((-1) :: l) = mprod l2.
Proof. intros H H'; simpl; rewrite H, <- H'; ring. Qed.
Lemma cn_cancel f l l1 l2 : mprod l = / f * mprod l1 -> f <> 0 -> mprod l1 = mprod l2 -> mprod (f :: l) = mprod l2.
Proof. intros H Hf H'; simpl; rewrite H, <- H'. field; exact Hf. Qed.
Lemma cn_cancel' f l l1 l2 : mprod l = f * mprod l1 -> f <> 0 -> mprod l1 = mprod l2 -> mprod (/ f :: l) = mprod l2.
Proof. intros H Hf H'; simpl; rewrite H, <- H'. field; exact Hf. Qed.
Lemma cn_root a l l1 l2 : mprod l = exp (/ 2 * ln a) * mprod l1 -> 0 < a -> mprod (a :: l1) = mprod l2 ->
  mprod (exp (/ 2 * ln a) :: l) = mprod l2.
Proof.
  intros H Ha <-. simpl. rewrite H, <- Rmult_assoc, <- exp_plus. replace (/ 2 * ln a + / 2 * ln a) with (ln a) by field.
  now rewrite exp_ln.
Qed.
Lemma cn_root_inv a l l1 l2 : mprod l = / exp (/ 2 * ln a) * mprod l1 -> 0 < a -> mprod (/ a :: l1) = mprod l2 ->
  mprod (/ exp (/ 2 * ln a) :: l) = mprod l2.
Proof.
  intros H Ha <-. simpl. rewrite H, <- Rmult_assoc, <- Rinv_mult, <- exp_plus.
  replace (/ 2 * ln a + / 2 * ln a) with (ln a) by field. now rewrite exp_ln.
Qed.
Lemma cp_nil : psum nil = psum nil. Proof. reflexivity. Qed.
Lemma cp_cons m m' P P' : mprod m = mprod m' -> psum P = psum P' -> psum (m :: P) = psum (m' :: P').
Proof. intros H H'; simpl; now rewrite H, H'. Qed.
Lemma rm_here_eq f g l : g = f -> mprod (g :: l) = f * mprod l. Proof. now intros ->. Qed.

Lemma nf_then_c a P Q : a = psum P -> psum P = psum Q -> a = psum Q. Proof. now intros ->. Qed.
Lemma nf_then_rb a b P : a = psum P -> psum P = b -> a = b. Proof. now intros ->. Qed.
Lemma eq_by_nf a b P Q r s :
  a = psum P -> b = psum Q -> psum P = r -> psum Q = s -> r = s -> a = b.
Proof. now intros -> -> -> -> ->. Qed.

(* Matching of two sum atoms (up to body equality, and up to exchange of two sums) *)
Lemma hoist2 (A B : domain) (f : A -> R) (g : A -> B -> R) :
  (forall a, f a = Sum B (g a)) -> Sum A f = Sum B (fun b => Sum A (fun a => g a b)).
Proof. intros Hf. rewrite <- Sum_swap. now apply Sum_ext. Qed.
Lemma push_l (B : domain) c (g : B -> R) : c * Sum B g = Sum B (fun b => c * g b).
Proof. now rewrite Sum_scal. Qed.
Lemma push_r (B : domain) c (g : B -> R) : Sum B g * c = Sum B (fun b => g b * c).
Proof. now rewrite Sum_scal_r. Qed.

(* --------------------- the tactics, mutually recursive --------------------- *)
Ltac elbo_unfold := unfold KL, CE, Ent, E, card in *; cbv beta in *.

(* hoist one inner sum of the body of  Sum A f  to the outside *)
Lemma eq_mul_l c d d' : d = d' -> c * d = c * d'. Proof. now intros ->. Qed.
Lemma eq_mul_r c c' d : c = c' -> c * d = c' * d. Proof. now intros ->. Qed.
Ltac push_tac B := lazymatch goal with
  | |- Sum B ?h = _ => reflexivity
  | |- Sum ?C ?h = _ => eapply (hoist2 C B); let c := fresh "c" in intros c; push_tac B
  | |- ?c * ?d = _ =>
      (eapply eq_trans; [eapply eq_mul_l; push_tac B | apply push_l]) +
      (eapply eq_trans; [eapply eq_mul_r; push_tac B | apply push_r])
  end.

(* equality of two normalised expressions: identify equal atoms pairwise, then ring/field.
   k is a function re-normalising  Sum B (Sum A ..)  after an exchange (passed in, to tie the knot). *)
Ltac has t v := lazymatch t with context [v] => idtac end.
Ltac hasnot t v := lazymatch t with context [v] => fail | _ => idtac end.
Definition Sum' := Sum.
Lemma mm_cons f r rhs rhs' : rhs = f * rhs' -> r = rhs' -> f * r = rhs. Proof. now intros -> ->. Qed.
Lemma pk_comm f g h : h = f -> g * h = f * g. Proof. intros ->; ring. Qed.
Lemma pk_here f g s : g = f -> g * s = f * s. Proof. now intros ->. Qed.
Lemma pk_there f g s s' : s = f * s' -> g * s = f * (g * s'). Proof. intros ->; ring. Qed.
Ltac pick_syn f := lazymatch goal with
  | |- f * _ = _ => reflexivity
  | |- _ * f = _ => apply pk_comm; reflexivity
  | |- _ * (_ * _) = _ => eapply pk_there; pick_syn f
  end.
(* atoms other than Sum/ln/inverse that are worth a ring call: anything not a bare table entry *)
Ltac is_num_or_fun a := lazymatch a with context [_ + _] => idtac | context [_ ^ _] => idtac | context [exp _] => idtac | context [Prod _ _] => idtac end.
Ltac not_in t c := lazymatch c with context [t] => fail | _ => idtac end.
Ltac close_field := first [ reflexivity | ring | (field; nzs) ].
(* what is in normal form but for what stands before which sum *)
Ltac split_flat z := lazymatch goal with
  | |- mprod nil = _ => apply sp_nil
  | |- mprod (?f :: ?l) = _ =>
      lazymatch f with
      | context [z] => eapply sp_dep; split_flat z
      | _ => eapply sp_indep; split_flat z
      end end.
Ltac computed := cbv [pmul popp minv flat_map map app]; reflexivity.
Ltac flat := cbv beta; lazymatch goal with
  | |- ?a * ?b = psum _ => eapply nf_mul; [ flat | flat | computed ]
  | |- Sum _ _ = psum _ => eapply nf_sum; [ let z := fresh "z" in intros z; flat |
      cbv beta; lazymatch goal with |- Sum _ (fun z => psum (?m :: nil)) = _ =>
        eapply nf_sum_cons; [ eapply nf_sum_mono; [ let z := fresh "z" in intros z; split_flat z
          | eapply sum_atom_keep; let z := fresh "z" in intros z; rb_mono | computed ] | apply nf_sum_nil ] end ]
  | |- _ = psum _ => apply nf_atom
  end.
Ltac apart := lazymatch goal with
  | |- _ * _ = psum _ => eapply nf_mul; [ apart | apart | computed ]
  | |- 1 = psum _ => apply nf_1
  | |- _ = psum _ => apply nf_atom
  end.
Ltac reflat := eapply nf_then_rb; [ flat | rb_poly ].
Ltac atoms_then_field' renf :=
  cbv beta;
  first [ reflexivity
        | (* phase 1: identify atoms of one side only with atoms of the other side only *)
          (repeat match goal with
           | |- ?L = ?R =>
             match L with
             | context [Sum ?A ?f] =>
               not_in (Sum A f) R;
               match R with
               | context [Sum ?B ?g] =>
                 not_in (Sum B g) L; same_heads (Sum A f) (Sum B g);
                 (let Hs := fresh "Hs" in
                  assert (Hs : Sum A f = Sum B g) by (sum_match renf); rewrite Hs; clear Hs)
               end
             | context [ln ?a] =>
               not_in (ln a) R;
               match R with
               | context [ln ?b] =>
                 not_in (ln b) L; same_heads a b;
                 (let Hs := fresh "Hs" in
                  assert (Hs : ln a = ln b) by (apply f_equal; atoms_then_field' renf); rewrite Hs; clear Hs)
               end
             | context [exp ?a] =>
               not_in (exp a) R;
               match R with
               | context [exp ?b] =>
                 not_in (exp b) L; same_variables a b;
                 (let Hs := fresh "Hs" in
                  assert (Hs : exp a = exp b) by (apply f_equal; atoms_then_field' renf); rewrite Hs; clear Hs)
               end
             end
           end); first [ solve [close_field] |
          (* phase 2: any pair of atoms, unless both sides have both *)
          progress (repeat match goal with
           | |- ?L = ?R => match goal with |- context [Sum ?A ?f] =>
             match goal with
             | |- context [Sum ?B ?g] =>
               tryif constr_eq f g then fail else same_heads (Sum A f) (Sum B g);
               first [ not_in (Sum A f) L | not_in (Sum A f) R | not_in (Sum B g) L | not_in (Sum B g) R ];
               (let Hs := fresh "Hs" in
                assert (Hs : Sum A f = Sum B g) by (sum_match renf); rewrite Hs; clear Hs)
             end end
           | |- ?L = ?R => match goal with |- context [ln ?a] =>
             match goal with
             | |- context [ln ?b] =>
               tryif constr_eq a b then fail else same_heads a b;
               first [ not_in (ln a) L | not_in (ln a) R | not_in (ln b) L | not_in (ln b) R ];
               (let Hs := fresh "Hs" in
                assert (Hs : ln a = ln b) by (apply f_equal; atoms_then_field' renf); rewrite Hs; clear Hs)
             end end
           end); solve [close_field] ] ]
(* products up to AC; atoms compared syntactically first, semantically second *)
with atom_match renf := lazymatch goal with
  | |- Sum _ _ = Sum _ _ => sum_match renf
  | |- ln ?a = ln ?b => same_heads a b; apply f_equal; atoms_then_field' renf
  | |- / ?a = / ?b => same_heads a b; apply f_equal; atoms_then_field' renf
  | |- exp ?a = exp ?b => same_variables a b; apply f_equal; atoms_then_field' renf
  | |- ?a = ?a => reflexivity
  | |- ?a = ?b => same_heads a b; is_num_or_fun a; first [ ring | (field; nzs) ]
  end
with pick renf f := lazymatch goal with
  | |- f * _ = _ => reflexivity
  | |- _ * f = _ => apply pk_comm; reflexivity
  | |- ?g * (?h * ?s) = _ =>
      first [ eapply pk_there; pick_syn f
            | eapply pk_here; atom_match renf
            | eapply pk_there; pick renf f ]
  | |- ?g * ?h = _ => first [ eapply pk_here; atom_match renf | apply pk_comm; atom_match renf ]
  end
with mono_match renf := cbv beta; lazymatch goal with
  | |- ?a = ?a => reflexivity
  | |- ?f * ?r = ?rhs => eapply mm_cons; [ pick renf f | mono_match renf ]
  | |- ?f = ?g => atom_match renf
  end
with sum_match renf :=
  first [ solve [ apply Sum_ext; let z := fresh "z" in intros z; mono_match renf ]
        | lazymatch goal with
          | |- Sum ?A ?f = Sum ?B ?g =>
            lazymatch f with context [Sum B _] =>
              solve [ eapply eq_trans; [ eapply (hoist2 A B); let a := fresh "a" in intros a; push_tac B |];
                eapply eq_trans; [ reflat |]; first [ reflexivity | apply Sum_ext; let z := fresh "z" in intros z; mono_match renf ] ]
            end
          end
        | lazymatch goal with
          | |- Sum ?A ?f = Sum ?B ?g =>
            lazymatch f with context [Sum B _] =>
              once (eapply eq_trans;
                [ eapply (hoist2 A B); let a := fresh "a" in intros a; push_tac B
                | eapply eq_trans; [ renf | ];
                  solve [ reflexivity
                        | apply Sum_ext; let z := fresh "z" in intros z; mono_match renf ] ])
            end
          end ].
Ltac atoms_then_field := atoms_then_field' ltac:(fail).
Ltac clear_sum_eq := apply Sum_ext; let z := fresh "z" in intros z; atoms_then_field.

Ltac rm f := lazymatch goal with
  | |- mprod nil = _ => fail
  | |- mprod (f :: _) = _ => apply rm_here
  | |- mprod (?g :: ?l) = _ =>
      first [ lazymatch f with
              | Sum ?A _ => lazymatch g with Sum A _ => apply rm_here_eq; solve [clear_sum_eq] end
              | / Sum ?A _ => lazymatch g with / Sum A _ => apply rm_here_eq; apply f_equal; solve [clear_sum_eq] end
              | exp ?a => lazymatch g with exp ?b => apply rm_here_eq; apply f_equal; ring end
              | / exp ?a => lazymatch g with / exp ?b => apply rm_here_eq; do 2 apply f_equal; ring end
              | / (_ + _) => lazymatch g with / (_ + _) => apply rm_here_eq; apply f_equal; solve [atoms_then_field] end
              end
            | eapply rm_there; rm f ]
  end.
Ltac cancel := lazymatch goal with
  | |- mprod nil = _ => apply cn_nil
  | |- mprod (1 :: ?l) = _ => eapply cn_one; cancel
  | |- mprod (-1 :: ?l) = _ => first [ eapply cn_mm; [rm (-1) | cancel] | eapply cn_keep; cancel ]
  | |- mprod (exp (/ 2 * ln ?a) :: ?l) = _ => first
      [ eapply cn_root; [ rm (exp (/ 2 * ln a)) | pos | cancel ]
      | eapply cn_cancel; [ rm (/ exp (/ 2 * ln a)) | nz | cancel ] | eapply cn_keep; cancel ]
  | |- mprod (/ exp (/ 2 * ln ?a) :: ?l) = _ => first
      [ eapply cn_root_inv; [ rm (/ exp (/ 2 * ln a)) | pos | cancel ]
      | eapply cn_cancel'; [ rm (exp (/ 2 * ln a)) | nz | cancel ] | eapply cn_keep; cancel ]
  | |- mprod (/ ?f :: ?l) = _ => first [ eapply cn_cancel'; [rm f | nz | cancel] | eapply cn_keep; cancel ]
  | |- mprod (?f :: ?l) = _ => first [ eapply cn_cancel; [rm (/ f) | nz | cancel] | eapply cn_keep; cancel ]
  end.
Ltac cancel_poly := lazymatch goal with
  | |- psum nil = _ => apply cp_nil
  | |- psum (_ :: _) = _ => eapply cp_cons; [cancel | cancel_poly] end.

(* factors common to all monomials *)
Lemma pf_factor f P P' r : psum P = f * psum P' -> psum P' = r -> psum P = f * r.
Proof. now intros -> ->. Qed.
Lemma fa_nil f : psum nil = f * psum nil. Proof. simpl; ring. Qed.
Lemma fa_cons f m m' P P' : mprod m = f * mprod m' -> psum P = f * psum P' -> psum (m :: P) = f * psum (m' :: P').
Proof. intros H H'; simpl; rewrite H, H'; ring. Qed.
Ltac factor_all f := lazymatch goal with
  | |- psum nil = _ => apply fa_nil
  | |- psum (_ :: _) = _ => eapply fa_cons; [rm f | factor_all f] end.
Ltac rb_fact := lazymatch goal with
  | |- psum [?m] = _ => eapply pb_one; rb_mono
  | |- psum (?m :: _) = _ => try_factors m
  | |- _ => rb_poly end
with try_factors m := lazymatch m with
  | nil => rb_poly
  | ?f :: ?l =>
     first [ (let Hf := fresh "Hf" in assert (Hf : 0 < f) by pos; clear Hf);
             eapply (pf_factor f); [factor_all f | rb_fact]
           | try_factors l ] end.

(* what is added and taken away again *)
Lemma op_drop m P P' S : psum P = - mprod m + psum P' -> psum P' = S -> psum (m :: P) = S.
Proof. simpl. intros -> <-. ring. Qed.
Lemma op_here m n Q : mprod n = - mprod m -> psum (n :: Q) = - mprod m + psum Q.
Proof. simpl. now intros ->. Qed.
Lemma op_there m n Q Q' : psum Q = - mprod m + psum Q' -> psum (n :: Q) = - mprod m + psum (n :: Q').
Proof. simpl. intros ->. ring. Qed.
Lemma op_keep m P P' : psum P = psum P' -> psum (m :: P) = psum (m :: P'). Proof. simpl. now intros ->. Qed.
Ltac opposite m := lazymatch goal with
  | |- psum (?n :: _) = _ => first
      [ tryif has m constr:(-1) then hasnot n constr:(-1) else has n constr:(-1); apply op_here; solve [ simpl; ring ]
      | eapply op_there; opposite m ] end.
Ltac gathered := lazymatch goal with
  | |- psum nil = _ => reflexivity
  | |- psum (?m :: _) = _ => first [ eapply op_drop; [ opposite m | gathered ] | eapply op_keep; gathered ] end.
Ltac gather k := lazymatch goal with
  | |- psum ?P = _ => tryif has P constr:(-1) then (eapply eq_trans; [ gathered | k ]) else k end.

Ltac cnt t := lazymatch t with
  | context C [Sum] => let t' := context C [Sum'] in let n := cnt t' in constr:(S n)
  | _ => constr:(O) end.
Lemma eq_trans_r_check (a b c : R) : a = b -> b = c -> a = c. Proof. now intros ->. Qed.
Ltac pcompute := cbv [pmul popp minv flat_map map app]; reflexivity.

Ltac split_mono z := lazymatch goal with
  | |- mprod nil = _ => apply sp_nil
  | |- mprod (?f :: ?l) = _ =>
      lazymatch f with
      | context [z] => eapply sp_dep; split_mono z
      | _ => eapply sp_indep; split_mono z
      end end.

(* the exponential of a sum as a product *)
Ltac ex_each := lazymatch goal with
  | |- exp (mprod (-1 :: ?m)) = _ => eapply ex_opp; ex_each
  | |- exp (mprod [ln ?a]) = _ => first [ apply ex_ln; solve [pos] | eapply ex_mono; rb_mono ]
  | |- _ => eapply ex_mono; rb_mono end.
Ltac ex_logs := lazymatch goal with
  | |- exp (psum nil) = _ => apply ex_nil
  | |- _ => eapply ex_cons; [ ex_each | ex_logs ] end.
Ltac ex_split := lazymatch goal with
  | |- psum nil = _ => apply ex_both
  | |- psum (?m :: _) = _ => lazymatch m with
      | context [cons (ln _) _] => eapply ex_this; ex_split
      | _ => eapply ex_that; ex_split end end.
(* what logarithms stand in is taken apart, the rest is one *)
Ltac ex_all := lazymatch goal with
  | |- exp (psum nil) = _ => apply ex_nil
  | |- _ => first [ eapply ex_none; [ solve [ex_split] | ex_logs ]
                  | eapply ex_parts; [ ex_split | eapply ex_rest; gather ltac:(idtac; rb_poly) | ex_logs ] ] end.
(* what a term has sums over, each once and the last one first; k at one of them *)
Ltac domains t l := match t with
  | context [Sum ?B _] => lazymatch l with context [B] => fail | _ => domains t constr:((B, l)) end
  | _ => l end.
Ltac at_domain l k := lazymatch l with (?B, ?m) => first [ at_domain m k | k B ] end.
Inductive noswap : Prop := NoSwap.  (* marker: do not search for exchanges again *)
(* a normal form that is known, since the same line is compared with much *)
Inductive normal (a : R) (P : list (list R)) : Prop := Normal : a = psum P -> normal a P.
Lemma of_normal a P : normal a P -> a = psum P. Proof. now intros []. Qed.
Lemma with_normal (G : Prop) a P : a = psum P -> (normal a P -> G) -> G. Proof. intros H K. exact (K (Normal a P H)). Qed.
(* the normaliser: solves  e = psum ?P *)
Ltac nf :=
  cbv beta;
  lazymatch goal with
  | N : normal ?e _ |- ?e = psum _ => exact (of_normal _ _ N)
  | |- ?e = psum _ =>
    lazymatch e with
    | 0 => apply nf_0
    | 1 => apply nf_1
    | ?a + ?b => eapply nf_add; [nf | nf | pcompute]
    | ?a - ?b => eapply nf_sub; [nf | nf | pcompute]
    | - ?a => eapply nf_opp; [nf | pcompute]
    | ?a * ?b => eapply nf_mul; [nf | nf | pcompute]
    | ?a / ?b => eapply nf_div; [nf | nf | pcompute]
    | / 1 => rewrite Rinv_1; apply nf_1
    | / / ?a => apply nf_inv_inv; nf
    | / (?a * ?b) => eapply nf_inv_mul; [nf | nf | pcompute]
    | / (?a / ?b) => eapply nf_inv_div; [nf | nf | pcompute]
    | / ?a => first [ eapply nf_inv_mono; [nfc | pcompute]
                    | eapply nf_inv_eq; [ eapply nf_then_rb; [nfc | gather ltac:(idtac; rb_fact)] | ];
                      lazymatch goal with
                      | |- / (_ * _) = _ => nf
                      | |- / _ = _ => apply nf_atom
                      end ]
    | ln 1 => apply nf_ln_1
    | ln (?a * ?b) => tryif (is_positive a; is_positive b) then (eapply nf_ln_mul; [pos | pos | nf | nf | pcompute]) else ln_whole
    | ln (?a / ?b) => tryif (is_positive a; is_positive b) then (eapply nf_ln_div; [pos | pos | nf | nf | pcompute]) else ln_whole
    | ln (/ ?a) => eapply nf_ln_inv; [pos | nf | pcompute]
    | ln (?a ^ O) => change (a ^ O) with 1; apply nf_ln_1
    | ln (?a ^ (S ?n)) => change (a ^ (S n)) with (a * a ^ n); nf
    | ln (?a ^ ?n) => eapply nf_ln_pow; [pos | nf | pcompute]
    | ln (exp ?a) => eapply nf_ln_exp; nf
    | ln (Prod ?A ?f) => eapply nf_ln_Prod; [let z := fresh "z" in let H := fresh in intros z H; try bounds_of H; pos | nf]
    | ln _ => ln_whole
    | Sum ?A ?f =>
        tryif is_spelt A then sum_more ltac:(idtac; nf)
        else tryif is_bounded A then (eapply nf_sum_in; [ let z := fresh "z" in let H := fresh in intros z H; bounds_of H; nfw | nf_dist ])
        else (eapply nf_sum; [ let z := fresh "z" in intros z; nfw | nf_dist ])
    | exp (?t * ln (exp ?e)) => apply nf_exp_exp; nf
    | exp (?a / ?b * (?b * ?c)) => eapply nf_exp_over; [nzs | nf]
    | exp ?a => eapply nf_exp; [nfc | ex_all]
    | ?a ^ O => apply nf_1
    | ?a ^ (S ?n) => change (a ^ (S n)) with (a * a ^ n); nf
    | _ => apply nf_atom
    end
  end
(* a logarithm of what has a normal form *)
with ln_whole :=
  eapply nf_ln_eq; [ eapply nf_then_rb; [nfc | gather ltac:(idtac; rb_fact)] | ];
  lazymatch goal with
  | |- ln (?a * ?b) = _ => tryif (is_positive a; is_positive b) then nf else apply nf_atom
  | |- ln (/ _) = _ => nf
  | |- ln (exp _) = _ => nf
  | |- ln 1 = _ => apply nf_ln_1
  | |- ln _ = _ => apply nf_atom
  end
with nf_dist :=
  cbv beta;
  lazymatch goal with
  | |- Sum ?A (fun z => psum nil) = _ => apply nf_sum_nil
  | |- Sum ?A (fun z => psum _) = _ => eapply nf_sum_cons; [nf_mono | nf_dist]
  end
with nf_mono :=
  eapply nf_sum_mono;
  [ let z := fresh "z" in intros z; split_mono z
  | first [ eapply sum_atom_one; [ let z := fresh "z" in intros z; rb_mono | is_one ]
          | eapply sum_atom_swap; [ let z := fresh "z" in intros z; rb_mono | atom_more ltac:(idtac; renf) | apart ]
          | eapply sum_atom_swap; [ let z := fresh "z" in intros z; rb_mono | better_swap | apart ]
          | eapply sum_atom_keep; let z := fresh "z" in intros z; rb_mono ]
  | pcompute ]
(* an exchange of two sums that makes one of them disappear, or both (inner normalisation) *)
with better_swap :=
  lazymatch goal with _ : noswap |- _ => fail | _ => idtac end;
  lazymatch goal with |- Sum ?A (fun z => @?f z) = _ =>
    let Hn := fresh "Hn" in pose proof NoSwap as Hn; let l := domains f tt in
    at_domain l ltac:(fun B => eapply eq_trans; [ eapply (hoist2 A B); let a := fresh "a" in intros a; push_tac B
                                                | renf_smaller f ]) end
with renf_smaller f :=
  eapply eq_trans_r_check; [ renf | ];
  lazymatch goal with |- ?r = _ =>
    let n := cnt f in let m := cnt r in
    (* f is the body: its own sum is not counted *)
    let ok := eval cbv in (Nat.leb m n) in
    lazymatch ok with true => reflexivity end end
with is_one := first [ solve [ eauto 3 with elbo ] | is_one_here | solve [ one_more ] ]
with is_one_here := first [ each_said ltac:(fun H => solve [ apply H
    | etransitivity; [|apply H]; apply Sum_ext; let z := fresh "z" in intros z; reflexivity ]) | match goal with
  | H : Sum ?B ?g = 1 |- Sum ?A ?f = 1 =>
      lazymatch f with context [Sum B _] => idtac end;
      solve [ transitivity (Sum B g); [ sum_match ltac:(reflexivity) | exact H ] ]
  end ]
with renf := once (eapply nf_then_rb; [nfc | rb_poly])
with nfc := once (eapply nf_then_c; [nf | cancel_poly])
(* under a sum: each summand where its weights are not 0, and where one is *)
with nfw :=
  cbv beta;
  lazymatch goal with
  | |- ?a + ?b = psum _ => eapply nf_add; [nfw | nfw | pcompute]
  | |- ?a - ?b = psum _ => eapply nf_sub; [nfw | nfw | pcompute]
  | |- - ?a = psum _ => eapply nf_opp; [nfw | pcompute]
  | |- Sum _ _ = psum _ => first [ weigh_before ltac:(idtac; nfc) | nfc | nf | apply nf_atom ]
  | |- ?e = psum _ => first [ weigh e ltac:(idtac; nfc) | weigh e ltac:(idtac; nf) | apply nf_atom ]
  end
with weigh e k :=
  lazymatch e with
  | ?a * ?b => weigh a ltac:(idtac; weigh b k)
  | ?a / ?b => weigh a ltac:(idtac; weigh_inv b k)
  | / ?b => weigh_inv b k
  | ln _ => k
  | _ - _ => k (* no table is a difference *)
  | _ => weigh_by e k
  end
with weigh_inv e k :=
  lazymatch e with
  | ?a * ?b => weigh_inv a ltac:(idtac; weigh_inv b k)
  | ?a / ?b => weigh_inv a ltac:(idtac; weigh b k)
  | _ => weigh_by e k
  end
with weigh_by e k :=
  tryif first [ is_positive e | is_not_weight e ] then k
  else (eapply (by_weight e); [ solve [nn]
       | let Hw := fresh "Hw" in intros Hw; split_pos_of Hw; k
       | let Hz := fresh "Hz" in intros Hz; apply zero_both; [ zr | zr_poly ] ])
with is_positive e := let H := fresh in assert (H : 0 < e) by pos; clear H
with is_not_weight e := tryif (let H := fresh in assert (H : 0 <= e) by nn; clear H) then fail else idtac.

(** a sum is positive where its normal form is *)
Lemma pos_eq (a b : R) : a = b -> 0 < b -> 0 < a. Proof. now intros ->. Qed.
Ltac pos_gathered := eapply pos_eq; [ eapply nf_then_rb; [ nfc | gather ltac:(idtac; rb_fact) ] | pos ].
Inductive deep : Prop := Deep.  (* marker: it is looked for, at one sum and in none inside of it *)
Ltac by_normal_form n ::=
  lazymatch goal with D : deep |- 0 < ?a =>
    clear D; eapply pos_eq; [ renf | lazymatch goal with |- 0 < a => fail | |- _ => posn n end ] end.

(* fallback for rational bodies (partial fractions): bring both sides under one sum, field pointwise *)
Ltac pointwise :=
  rewrite <- ?Sum_plus, <- ?Sum_minus, <- ?Prod_mult;
  first [ apply Sum_ext | apply Prod_ext ]; let z := fresh "z" in intros z;
  first [ pointwise | (field; nzs) ].
(* exponentials of sums as products of exponentials: each side, or the exponential of each *)
Lemma exp_less a : exp (-1 * a) = / exp a. Proof. rewrite <- exp_Ropp. f_equal. ring. Qed.
Ltac exps := unfold Rminus; repeat first [ rewrite exp_less | rewrite exp_Ropp | rewrite exp_plus | rewrite exp_ln by pos ];
  field; nzs.
Ltac by_exps := lazymatch goal with |- context [exp] => idtac end;
  first [ solve [ exps ] | eapply eq_by_nf; [ nfc | nfc | rb_poly | rb_poly | apply exp_inv; exps ] ].
Ltac eq_step := elbo_unfold; first [ eq_core | solve [ pointwise ] | solve [ field; nzs ] | solve [ by_exps ] ]
with eq_core :=
  eapply eq_by_nf; [nfc | nfc | rb_poly | rb_poly
    | atoms_then_field' renf ].
(* the normal forms of what lines are added up of, found once *)
Ltac normalised t := let t := eval unfold KL, CE, Ent, E, card in t in let t := eval cbv beta in t in parts_normalised t
with parts_normalised t := lazymatch t with
  | ?a + ?b => parts_normalised a; parts_normalised b
  | ?a - ?b => parts_normalised a; parts_normalised b
  | - ?a => parts_normalised a
  | _ => lazymatch goal with
    | _ : normal t _ |- _ => idtac
    | _ => try (eapply (with_normal _ t); [ nfc | let N := fresh "N" in intros N ]) end
  end.
Ltac sides t := lazymatch t with ?a = ?b => normalised a; normalised b | ?a <= ?b => normalised a; normalised b end.
Ltac sides_normalised := lazymatch goal with |- ?t => sides t end.
Ltac sides_of P := let t := type of P in sides t.
